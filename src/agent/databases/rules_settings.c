/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings that forbid the planner a way it usually has. One is told for itself: the plan of a
 * session with other settings does not show it.
 */
#include "agent/databases/rules.h"

#include "base/arena.h"

#define STRENGTH_SETTING 0.6 /* by itself; the rest by what statements suffer */
#define SETTING_TIMES 10.0   /* the usual cost of something */

/* Whether such a value forbids the planner what it usually may do. */
static bool forbids(struct str name, struct str value, struct str usual)
{
    double is, was;
    if (str_starts(name, STR("enable_")))
        return str_eq(usual, STR("on")) && (str_eq(value, STR("off")) ||
                                            str_eq(value, STR("false")) || str_eq(value, STR("0")));
    if (str_ends(name, STR("_collapse_limit")))
        return str_eq(value, STR("1"));
    return str_ends(name, STR("_cost")) && str_to_real(value, &is) && str_to_real(usual, &was) &&
           was > 0 && (is >= SETTING_TIMES * was || is * SETTING_TIMES <= was);
}

static void find_setting(struct ailments *it, uint32_t row, double harm)
{
    const struct census *census = it->census;
    const struct str name = census_text(census, CENSUS_SETTINGS, row, "name");
    const struct str value = census_text(census, CENSUS_SETTINGS, row, "value");
    const struct str usual = census_text(census, CENSUS_SETTINGS, row, "usual");
    if (!forbids(name, value, usual))
        return;
    struct ailment *ailment =
        ailments_add(it, AILMENT_SETTING, STRENGTH_SETTING + (1 - STRENGTH_SETTING) * harm);
    if (!ailment)
        return;
    ailment->object = name;
    ailment->setting = name;
    ailment->value = value;
    ailment->role = census_text(census, CENSUS_SETTINGS, row, "role");
    ailment->of_database = census_text(census, CENSUS_SETTINGS, row, "database").len > 0;
    const struct str of = ailment->role.len > 0 ? str_printf(it->arena, " for the role `%.*s`",
                                                             STR_ARG(ailment->role))
                                                : STR("");
    ailment->claim =
        str_printf(it->arena, "`%.*s` in `%s` was `%.*s`%s, where it usually is `%.*s`.",
                   STR_ARG(name), census->service.ptr, STR_ARG(value), of.ptr, STR_ARG(usual));
    ailment->query = census_query(
        it->arena, census, CENSUS_SETTINGS,
        "{name} AS name, {value} AS value, {usual} AS usual, {role} AS role", "name", name, "");
}

void rules_settings(struct ailments *it, double harm)
{
    for (uint32_t row = 0; row < census_rows(it->census, CENSUS_SETTINGS); row++)
        find_setting(it, row, harm);
}
