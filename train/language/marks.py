# SPDX-License-Identifier: Apache-2.0
"""Tokens that are no text: the end of one, the turns of a talk, and what was taken out (the sentinels of T5: C. Raffel et al.,
"Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer", 2020).
"""
import re

END, TURN_BEGIN, TURN_END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
BLANK = "<extra_id_"  # how marks begin that stand for what was taken out of a text
SPECIAL = [END, TURN_BEGIN, TURN_END, *(f"{BLANK}{i}>" for i in range(100))]
MARK = re.compile("(" + "|".join(re.escape(mark) for mark in SPECIAL) + ")")
