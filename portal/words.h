/* portal/words.h - the words that are the portal's own, not the model's, Slovene and English: one table for web pages
 * (page.xsl declares each that it uses as the parameter "w-name") and PDF lists. Pure data, any thread. */
#ifndef GW_PORTAL_WORDS_H
#define GW_PORTAL_WORDS_H
#include <stdbool.h>

#define PORTAL_WORDS(X)                                                                                                \
	X(skip, "Preskoči na vsebino", "Skip to the content")                                                          \
	X(language, "Jezik", "Language")                                                                               \
	X(login, "Podatki o prijavi", "Login")                                                                         \
	X(logged_in, "Prijavljeni ste kot", "You are logged in as")                                                    \
	X(in_group, "v uporabniški skupini", "in the user group")                                                      \
	X(menu, "Meni", "Menu")                                                                                        \
	X(change_group, "Spremeni uporabniško skupino", "Change the user group")                                       \
	X(log_out, "Odjava", "Log out")                                                                                \
	X(info, "Obvestilo:", "Notice:")                                                                               \
	X(warning, "Opozorilo:", "Warning:")                                                                           \
	X(done, "Opravljeno:", "Done:")                                                                                \
	X(error, "Napaka:", "Error:")                                                                                  \
	X(errors, "Popravite, kar je označeno", "Mend what is marked")                                                 \
	X(required, "(obvezno)", "(required)")                                                                         \
	X(chosen_file, "Priložena datoteka:", "Attached file:")                                                        \
	X(pem_file, "ali izberite datoteko PEM (.pem, .crt, .cer):", "or choose a PEM file (.pem, .crt, .cer):")       \
	X(open, "Odpri:", "Open:")                                                                                     \
	X(links, "Povezave", "Links")                                                                                  \
	X(no_records, "Seznam je prazen.", "The list is empty.")                                                       \
	X(mark_confirm, "označeno: potrjen", "marked: confirmed")                                                      \
	X(mark_refuse, "označeno: zavrnjen", "marked: refused")                                                        \
	X(mark_delete, "označeno: izbrisan", "marked: deleted")                                                        \
	X(made, "Datum izdelave:", "Made on:")                                                                         \
	X(page, "stran", "page")

#define PORTAL_WORD_ENUM(name, sl, en) PORTAL_WORD_##name,
enum portal_word { PORTAL_WORDS(PORTAL_WORD_ENUM) PORTAL_WORD_COUNT };
#undef PORTAL_WORD_ENUM

const char *portal_word(enum portal_word word, bool english);
const char *portal_word_parameter(enum portal_word word); /* "w-skip" */
#endif
