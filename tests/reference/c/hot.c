/* The two hottest kernels by hand: count_members (simulation/accounts.py) and observe (simulation/observe.py).

   A measure for the compiled rules (hot.py): the same sums on the same arrays, bit for bit, as a C programmer would write
   them for speed. hot.py writes layout.h: the structs of the tables, HOUSEHOLDS_x and PERSONS_x for the place of a column
   in memory, and the constants of the Python modules under their own names. */

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "layout.h"

#define HOUSEHOLD(column) HOUSEHOLDS_##column(homes, h)
#define PERSON(column) PERSONS_##column(people, i)

static inline bool works_away(int channel)
{
    return channel == AWAY_JOB || channel == ORGANISED_EXPORT;
}

static inline bool looks_as_jobless(int channel)
{
    return channel <= FARM || channel == PUBLIC_POST;
}

/* How open work away is at an age. */
static inline double openness_at(int age, double full, double none)
{
    const double left = (none - age) / (none - full);

    return age <= full ? 1.0 : left > 0.0 ? left : 0.0;
}

/* Recount the members of every household that has changed.

   changed_rows: work array, of at least one element more than there are households. */
void count_members(int month, uint32_t first, uint32_t behind, const struct households *households, const struct persons *persons,
                   int public_unit, int nearby_public, double bus_school_yuan, double boarding_yuan,
                   double away_age_full, double away_age_none, uint32_t *restrict changed_rows)
{
    /* Local copies: bytes that are stored might else be taken for parts of the pointers. */
    const struct households homes = *households;
    const struct persons people = *persons;
    uint32_t n = 0;

    for (uint32_t h = first; h < behind;) {
        const uint32_t end = behind - h < 8 ? behind : h + 8;
        uint64_t flags = 1;

        if (end - h == 8)
            memcpy(&flags, homes.changed + h, 8); /* mostly nobody has changed among eight */
        if (flags == 0)
            h = end;
        for (; h < end; h++) {
            changed_rows[n] = h; /* kept if it counts: faster than a branch that nobody can foretell */
            n += HOUSEHOLD(changed) & (HOUSEHOLD(state) != NOT_MOVED);
        }
    }
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t later = changed_rows[k + 8 < n ? k + 8 : n - 1], soon = changed_rows[k + 4 < n ? k + 4 : n - 1];
        const uint32_t first = HOUSEHOLDS_first(homes, soon);

        /* Memory takes longer than the sums: ask for the next households and their first members ahead. */
        __builtin_prefetch(&HOUSEHOLDS_first(homes, later));
        __builtin_prefetch(HOUSEHOLDS_tally(homes, later), 1);
        __builtin_prefetch(&HOUSEHOLDS_local_wages_yuan(homes, later), 1);
        __builtin_prefetch(&HOUSEHOLDS_school_cost_yuan(homes, later), 1);
        for (uint32_t i = first; i < first + 3; i++)
            __builtin_prefetch(&PERSON(wage_yuan), 1);
        __builtin_prefetch(&PERSONS_channel(people, first));
        __builtin_prefetch(&PERSONS_post(people, first));
        __builtin_prefetch(&PERSONS_level(people, first));
        __builtin_prefetch(&PERSONS_place(people, first));

        const uint32_t h = changed_rows[k], end = HOUSEHOLDS_first(homes, h + 1);
        const int jobless = HOUSEHOLD(farms) ? FARM : NONE;
        int8_t *const tally = HOUSEHOLD(tally);
        int members = 0, dibao = 0, older = 0, labourers = 0, employed = 0, ever_employed = 0, away_workers = 0;
        int part_time = 0, able_elders = 0, care = 0, pupils = 0, resident = 0, resident_dependants = 0;
        int resident_pupils = 0, rank = 6, at_home = 0, young_pupils = 0, seekers = 0;
        const int state = HOUSEHOLD(state);
        uint32_t carer = 0;
        double local_wages = 0.0, unit_wages = 0.0, away_wages = 0.0, school_cost = 0.0;
        double openness = 0.0, carer_away = 0.0, stopgap = 0.0;

        memset(tally, 0, N_TALLY);
        for (uint32_t i = HOUSEHOLD(first); i < end; i++) {
            const int birth = PERSON(birth_month), death = PERSON(death_month);
            if (month < birth || month >= death)
                continue;
            const unsigned age = (unsigned)(month - birth) / 12;
            const int level = PERSON(level), place = PERSON(place);
            const bool pupil = level >= 0, needs_care = PERSON(care_need);
            const bool is_labourer = PERSON(labour_from) <= month && month < PERSON(labour_to);
            bool away = false, tied = false;

            members++;
            dibao += PERSON(dibao) > 0;
            care += age < CARE_UNDER_YEARS || needs_care;
            older += age >= PENSION_YEARS;
            if (is_labourer) {
                const int channel = PERSON(channel), male = PERSON(male);
                int own_rank = male;

                labourers++;
                ever_employed += PERSON(ever_employed);
                PERSON(carer) = false;
                if (looks_as_jobless(channel)) {
                    seekers++;
                    openness += openness_at((int)age, away_age_full, away_age_none);
                    stopgap += PERSON(wage_yuan);
                }
                if (channel > FARM && PERSON(suspended)) {
                    /* at home, and without work for now */
                } else if (channel > FARM) {
                    const double wage = PERSON(wage_yuan);

                    employed++;
                    tally[EMPLOYED_WORKSHOP + channel - WORKSHOP]++;
                    away = works_away(channel);
                    if (away) {
                        away_workers++;
                        away_wages += wage;
                    } else {
                        const int post = PERSON(post);

                        part_time += channel == PUBLIC_POST;
                        tied = post < public_unit || post >= nearby_public;
                        if (tied)
                            local_wages += wage;
                        else
                            unit_wages += wage;
                    }
                    own_rank += away ? 4 : 2;
                } else {
                    PERSON(channel) = (int8_t)jobless;
                }
                if (own_rank < rank) {
                    rank = own_rank;
                    carer = i;
                }
            } else if (ELDER_FROM_YEARS <= age && age < ELDER_TO_YEARS && !needs_care) {
                able_elders++;
            }
            if (pupil) {
                pupils++;
                tally[KINDERGARTEN_CHILDREN + level]++;
                tally[CHILDREN_AT_HOME + place - AT_HOME]++;
                if (place == TRAVELS)
                    school_cost += bus_school_yuan;
                else if (place == BOARDS)
                    school_cost += boarding_yuan;
            }
            const bool studies = !pupil && age >= STUDENT_AWAY_YEARS && month < PERSON(school_leave);
            const bool stays = !away && !studies;
            bool here = false;

            if (state == SETTLED)
                here = pupil ? place != BOARDS && place != OLD_SCHOOL : stays;
            else if (state == BOTH_ENDS)
                here = pupil ? place == SEATED || place == TRAVELS : stays && tied;
            at_home += stays;
            young_pupils += here && pupil && age < CARE_UNDER_YEARS;
            resident += here;
            resident_dependants += here & !is_labourer;
            resident_pupils += here & pupil;
        }

        const int idle = labourers - employed;
        const bool needs_carer = care > 0 && able_elders == 0 && rank < 6, nobody = labourers > 0 && employed == 0;
        if (needs_carer) {
            PERSONS_carer(people, carer) = true;
            if (looks_as_jobless(PERSONS_channel(people, carer))) {
                seekers--;
                openness -= openness_at((month - PERSONS_birth_month(people, carer)) / 12, away_age_full, away_age_none);
                stopgap -= PERSONS_wage_yuan(people, carer);
            } else if (rank >= 4)
                carer_away = PERSONS_wage_yuan(people, carer);
        }
        if (state == BOTH_ENDS && young_pupils > 0) {
            if (able_elders > 0) {
                resident++;
                resident_dependants++;
            } else if (needs_carer && rank < 4) {
                const int post = PERSONS_post(people, carer);

                resident += post < 0 || (public_unit <= post && post < nearby_public);
            }
        }
        tally[MEMBERS] = (int8_t)members;
        tally[DEPENDANTS] = (int8_t)(members - labourers);
        tally[LABOURERS] = (int8_t)labourers;
        tally[LABOUR_HOUSEHOLDS] = labourers > 0;
        tally[NOBODY_EMPLOYED] = nobody;
        tally[EMPLOYED] = (int8_t)employed;
        tally[WITHOUT_WORK] = (int8_t)idle;
        tally[EVER_EMPLOYED] = (int8_t)ever_employed;
        if (HOUSEHOLD(in_scope)) {
            tally[SCOPE_LABOURERS] = (int8_t)labourers;
            tally[SCOPE_EMPLOYED] = (int8_t)employed;
            tally[SCOPE_EVER_EMPLOYED] = (int8_t)ever_employed;
            tally[SCOPE_LABOUR_HOUSEHOLDS] = labourers > 0;
            tally[SCOPE_NOBODY_EMPLOYED] = nobody;
        }
        tally[SCHOOL_AGE] = (int8_t)pupils;
        tally[RESIDENT] = (int8_t)resident;
        tally[RESIDENT_DEPENDANTS] = (int8_t)resident_dependants;
        tally[RESIDENT_PUPILS] = (int8_t)resident_pupils;
        tally[DIBAO] = (int8_t)dibao;
        tally[ELDERS] = (int8_t)older;
        tally[LOCAL_WORKERS] = (int8_t)(employed - away_workers);
        tally[AWAY_WORKERS] = (int8_t)away_workers;
        tally[SEEKERS] = (int8_t)seekers;
        tally[CARERS] = needs_carer && rank < 4;
        tally[MEMBERS_AT_HOME] = (int8_t)at_home;
        tally[HELPERS] = (int8_t)(idle + part_time + able_elders);
        tally[FAR_SEATS] = tally[CHILDREN_AT_HOME + TRAVELS - AT_HOME] + tally[CHILDREN_AT_HOME + BOARDS - AT_HOME];
        HOUSEHOLD(changed) = false;
        HOUSEHOLD(recounted) = true;
        HOUSEHOLD(employed) = (int8_t)employed;
        HOUSEHOLD(local_wages_yuan) = local_wages;
        HOUSEHOLD(unit_wages_yuan) = unit_wages;
        HOUSEHOLD(away_wages_yuan) = away_wages;
        HOUSEHOLD(carer_away_yuan) = carer_away;
        HOUSEHOLD(stopgap_yuan) = stopgap;
        HOUSEHOLD(openness) = openness;
        HOUSEHOLD(school_cost_yuan) = school_cost;
    }
}

/* Add up the month's sums by cell.

   bus: of each site; cells: how many; all_counts, all_amounts: (cells, N_COUNTS) and (cells, N_AMOUNTS), emptied first. */
void observe(int month, uint32_t first, uint32_t behind, const struct households *households, const bool *restrict bus,
             double work_lost_per_hour, double bus_time_factor, double living_away_yuan, double poverty_line_yuan_year, int32_t *restrict all_counts,
             double *restrict all_amounts)
{
    const struct households homes = *households;
    const bool festival = month % MONTHS_PER_YEAR == FESTIVAL;

    for (uint32_t h = first; h < behind; h++) {
        const int state = HOUSEHOLD(state), previous = HOUSEHOLD(previous_state);
        if (state == NOT_MOVED)
            continue;
        const int8_t *restrict tally = HOUSEHOLD(tally);
        const int members = tally[MEMBERS], whole_years = HOUSEHOLD(move_in_month) / MONTHS_PER_YEAR;
        const int year = whole_years < MOVE_YEARS ? whole_years : MOVE_YEARS - 1;
        const int kind = 4 * HOUSEHOLD(poor) + 2 * (tally[SCHOOL_AGE] > 0) + (tally[LABOURERS] > 0);
        const int cell = HOUSEHOLD(site) * CELLS_PER_SITE + MOVE_YEARS * kind + year;
        int32_t *restrict counts = all_counts + (size_t)cell * N_COUNTS;
        double *restrict amounts = all_amounts + (size_t)cell * N_AMOUNTS;
        if (members == 0) {
            counts[DIED_OUT]++;
            counts[FLATS_PASSED_ON] += HOUSEHOLD(flat_passed);
            continue;
        }
        const double income = HOUSEHOLD(income_yuan);
        const int farming = HOUSEHOLD(farms) ? tally[IDLE] : 0;
        const bool in_reach = state == SETTLED || state == BOTH_ENDS;
        const bool feast = state == SETTLED || (state != RETURNED && !HOUSEHOLD(house));
        const double knowledge = HOUSEHOLD(knowledge), trust = HOUSEHOLD(trust);
        const double hours = HOUSEHOLD(origin_hours) * (bus[HOUSEHOLD(site)] ? bus_time_factor : 1.0);
        const double done = state == BOTH_ENDS ? fmin(1.0, fmax(0.0, 1.0 - work_lost_per_hour * hours)) : 1.0;

        for (int j = 0; j < N_COUNTED; j++)
            counts[j] += tally[j];
        counts[STATE + state - 1]++;
        counts[NOBODY_HOME] += state == AWAY && tally[MEMBERS_AT_HOME] == 0;
        counts[FLATS_GIVEN_UP] += !HOUSEHOLD(flat_kept);
        counts[FLATS_PASSED_ON] += !HOUSEHOLD(flat_kept) && HOUSEHOLD(flat_passed);
        counts[POOR_PERSONS] += income * MONTHS_PER_YEAR < poverty_line_yuan_year ? members : 0;
        counts[FARMING] += farming;
        counts[WITHOUT_SEAT] += in_reach ? tally[SCHOOL_AGE] - tally[CHILDREN_AT_HOME + SEATED - AT_HOME] : 0;
        if (previous != NOT_MOVED && previous != state)
            counts[FLOWS + (previous - 1) * 3 + (state < previous ? state - 1 : state - 2)]++;
        amounts[KNOWLEDGE] += knowledge;
        amounts[BELIEF] += trust + (1.0 - trust) * knowledge;
        amounts[INCOME] += income * members;
        amounts[ALLOWANCES] += HOUSEHOLD(allowance_yuan);
        amounts[WAGES] += done * HOUSEHOLD(local_wages_yuan) + HOUSEHOLD(unit_wages_yuan);
        amounts[WAGES] += HOUSEHOLD(away_wages_yuan) - tally[AWAY_WORKERS] * living_away_yuan;
        if (festival && feast) { /* on other nights who is there has been counted already */
            counts[PERSONS_RESIDENT] += members;
            counts[DEPENDANTS_RESIDENT] += tally[DEPENDANTS];
            counts[PUPILS_RESIDENT] += tally[SCHOOL_AGE];
        }
    }
}
