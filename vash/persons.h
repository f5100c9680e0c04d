/* vash/persons.h - choosing the record whose authorised persons are meant: vs212-01 and vs212-02, which vs223 begins
 * with too. The case keeps "of" (<19.0>). */
#ifndef GW_VASH_PERSONS_H
#define GW_VASH_PERSONS_H
#include "vash/lists.h"

/* vs212-01, vs212-02 (a), (c). *stopped: the page says why. */
GW_NODISCARD enum gw_code persons_begin(struct vash_turn *t, bool *stopped);
/* vs212-02 (b): several records, one to choose. */
GW_NODISCARD enum gw_code persons_show_choice(struct vash_turn *t);
GW_NODISCARD enum gw_code persons_take_choice(struct vash_turn *t, bool *good);
/* The chosen record <19.0>; -1 = none yet. */
int64_t persons_record(const struct vash_turn *t);
/* Is it still his, and active? If not, the case stops. */
GW_NODISCARD enum gw_code persons_still(struct vash_turn *t, bool *still);
#endif
