/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each piece of evidence put into the score of the best hypothesis, in each form of the
 * report: what to look at when one does not believe it.
 */
#pragma once

#include "report/html.h"
#include "report/md.h"
#include "report/text.h"

void text_balance(struct page *page);
void md_balance(const struct md *page);
void html_balance(const struct html *html);
