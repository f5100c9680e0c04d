/* vash/vs101.h - whose is a login? What vs101 finds out once is tested again at every request. */
#ifndef GW_VASH_VS101_H
#define GW_VASH_VS101_H
#include "vash/procedure.h"

/* vs101-02.1, .2a: is this subject the one that the means of identification is linked to? (D34, 2.12) */
/* An organisation that a certificate of SIGOV-CA does not name is asked of MDP in vs101-01a. */
bool vs101_is_subject(const struct vash_identity *identity, const struct vash_subject *s);
/* Does vs101 log in to records of this scheme by this mechanism (FZ-VS7)? Internal users log in by vs102. */
bool vs101_logs_in(const struct vash_codelists *lists, const char *mechanism, int scheme);
#endif
