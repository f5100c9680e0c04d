/* certs/tsl_refusal.h - why a trusted list is refused: one table of stable codes with a sentence in each language.
 * A refusal is a result, not an error: zero is "not refused (yet)", and the first cause stays. */
#ifndef GW_CERTS_TSL_REFUSAL_H
#define GW_CERTS_TSL_REFUSAL_H
#include <stdbool.h>

#include "base/err.h"

/* code, slovensko, English. The codes are an interface (vashgate(1)); a new one goes to the end of its group. */
#define TSL_REFUSALS(X)                                                                                                \
	X(TOO_LARGE, "too_large", "Seznam je prevelik.", "The list is too large.")                                     \
	X(NOT_XML, "not_xml", "Datoteka ni pravilno oblikovan XML v UTF-8.",                                           \
	  "The file is not well-formed XML in UTF-8.")                                                                 \
	X(DOCTYPE, "doctype", "Seznam ne sme imeti deklaracije DOCTYPE.", "The list must not have a DOCTYPE.")         \
	X(TOO_COMPLEX, "too_complex", "Seznam je pregloboko gnezden ali ima preveč elementov.",                        \
	  "The list is nested too deeply or has too many elements.")                                                   \
	X(NOT_A_LIST, "not_a_list", "Datoteka ni zanesljivi seznam (TS 119 612).",                                     \
	  "The file is no trusted list (TS 119 612).")                                                                 \
	X(SIGNATURE_ABSENT, "signature_absent", "Seznam ni podpisan.", "The list is not signed.")                      \
	X(SIGNATURE_MANY, "signature_many", "Seznam ima več kot en podpis.", "The list has more than one signature.")  \
	X(SIGNATURE_PLACE, "signature_place", "Podpis ne stoji neposredno v korenu seznama.",                          \
	  "The signature is not a child of the list's root.")                                                          \
	X(SIGNATURE_MALFORMED, "signature_malformed", "Podpis ni pravilno oblikovan.", "The signature is malformed.")  \
	X(SIGNATURE_REFERENCE, "signature_reference",                                                                  \
	  "Podpis ne pokriva natanko celega seznama in lastnosti podpisa.",                                            \
	  "The signature does not cover exactly the whole list and its own properties.")                               \
	X(SIGNATURE_TRANSFORM, "signature_transform", "Podpis uporablja pretvorbo, ki ni dovoljena.",                  \
	  "The signature uses a transform that is not allowed.")                                                       \
	X(SIGNATURE_ALGORITHM, "signature_algorithm", "Podpis uporablja algoritem, ki ni dovoljen.",                   \
	  "The signature uses an algorithm that is not allowed.")                                                      \
	X(ID_TWICE, "id_twice", "Ista oznaka (Id) stoji v seznamu dvakrat.",                                           \
	  "The same identifier (Id) stands in the list twice.")                                                        \
	X(SIGNING_CERTIFICATE, "signing_certificate", "Podpisano potrdilo (SigningCertificate) ni podpisnikovo.",      \
	  "The signed certificate reference (SigningCertificate) is not the signer's.")                                \
	X(SIGNER_ABSENT, "signer_absent", "Podpis ne vsebuje berljivega potrdila podpisnika.",                         \
	  "The signature holds no readable certificate of its signer.")                                                \
	X(SIGNER_KEY, "signer_key", "Ključ podpisnika je prešibek ali neustrezne vrste.",                              \
	  "The signer's key is too weak or of a wrong type.")                                                          \
	X(SIGNATURE_BROKEN, "signature_broken", "Podpis se ne ujema z vsebino.",                                       \
	  "The signature does not match the content.")                                                                 \
	X(VERSION, "version", "Različica seznama ni podprta.", "The version of the list is not supported.")            \
	X(MALFORMED, "malformed", "Seznam ne ustreza TS 119 612.", "The list does not follow TS 119 612.")             \
	X(TYPE, "type", "Vrsta seznama ni prava.", "The list is of another type.")                                     \
	X(TERRITORY, "territory", "Seznam je za drugo državo.", "The list is of another territory.")                   \
	X(SIGNER_UNKNOWN, "signer_unknown", "Podpisnik seznama ni med dovoljenimi.",                                   \
	  "The list's signer is not among those allowed.")                                                             \
	X(SIGNER_NOT_NAMED, "signer_not_named", "Seznam seznamov ne navaja tega podpisnika.",                          \
	  "The list of lists does not name this signer.")                                                              \
	X(UNPINNED, "unpinned", "Za podpisnika seznama ne jamči nihče.", "Nobody vouches for the list's signer.")      \
	X(SIGNER_NOT_VALID, "signer_not_valid", "Potrdilo podpisnika ob izdaji ali uvozu ni veljavno.",                \
	  "The signer's certificate is not valid when the list was issued or is imported.")                            \
	X(NOT_YET_ISSUED, "not_yet_issued", "Seznam še ni izdan.", "The list is not yet issued.")                      \
	X(EXPIRED, "expired", "Rok za naslednjo izdajo seznama je potekel.", "The list's next update is overdue.")     \
	X(CLOSED, "closed", "Seznam je zaprt: naslednje izdaje ne bo.",                                                \
	  "The list is closed: there is no next update.")                                                              \
	X(OLDER, "older", "Seznam je starejši od veljavnega.", "The list is older than the one in force.")             \
	X(SAME_SEQUENCE, "same_sequence", "Veljavni seznam z isto številko ima drugo vsebino.",                        \
	  "The list in force has the same number and other content.")                                                  \
	X(CHILD_DIED, "child_died", "Proces, ki bere seznam, se je končal z napako.",                                  \
	  "The process that reads the list has died.")                                                                 \
	X(CHILD_LATE, "child_late", "Proces, ki bere seznam, ni končal pravočasno.",                                   \
	  "The process that reads the list did not end in time.")                                                      \
	X(CHILD_ANSWER, "child_answer", "Odgovor procesa, ki bere seznam, ni uporaben.",                               \
	  "The answer of the process that reads the list is of no use.")

#define TSL_REFUSAL_ENUM(name, code, sl, en) TSL_REFUSED_##name,
enum tsl_refusal { TSL_REFUSED_NOT = 0, TSL_REFUSALS(TSL_REFUSAL_ENUM) TSL_REFUSAL_COUNT };

struct tsl_refused {
	enum tsl_refusal why;
	char detail[200]; /* English, for people: which element; printable, whatever the list holds */
};

/* Records the first cause; false, so that a check can end with it. */
bool tsl_refuse(struct tsl_refused *r, enum tsl_refusal why, const char *fmt, ...) GW_PRINTF(3, 4);

const char *tsl_refusal_code(enum tsl_refusal why); /* "ok" for TSL_REFUSED_NOT; static, like the sentences */
const char *tsl_refusal_sl(enum tsl_refusal why);
const char *tsl_refusal_en(enum tsl_refusal why);
/* TSL_REFUSAL_COUNT: there is no such code. */
enum tsl_refusal tsl_refusal_of(const char *code);
#endif
