/* vash/say_table.h - every sentence of the procedures: the FZ's Slovene with typing errors mended (DECISIONS
 * "Notices"), English beside it. One row each; texts of our own have codes that begin with "vg-".
 *
 * X(name, code, kind, sl, en); {1}, {2}, … stand for what is filled in. MAIL rows are sent, not shown. */
#ifndef GW_VASH_SAY_TABLE_H
#define GW_VASH_SAY_TABLE_H

#define VASH_SAY_TABLE(X)                                                                                              \
	X(002_h, "vs002-h", LABEL, "V varnostni shemi ste s položajem {1} registrirani v teh uporabniških skupinah:",  \
	  "In the security scheme you are registered with the position {1} in these user groups:")                     \
	X(007_h, "vs007", LABEL, "Uporabniki uporabniške skupine {1}:", "Users of the user group {1}:")                \
	X(201_08_b1, "vs201-08.b1", DONE, "Uspešno ste izvedli registracijo v uporabniški skupini {1}.",               \
	  "You have been registered in the user group {1}.")                                                           \
	X(206_01, "vs206-01", LABEL, "Izberite uporabniško skupino, iz katere želite izstopiti.",                      \
	  "Choose the user group that you want to leave.")                                                             \
	X(206_01_x, "vs206-01.x", WARNING, "Izberite vsaj eno od uporabniških skupin na seznamu.",                     \
	  "Choose at least one of the listed user groups.")                                                            \
	X(206_none, "vs206-01.none", INFO,                                                                             \
	  "Registrirani niste v nobeni uporabniški skupini, iz katere bi lahko izstopili.",                            \
	  "You are not registered in any user group that you could leave.")                                            \
	X(206_03_1, "vs206-03.1", DONE, "Iz varnostne sheme ste bili izbrisani za izbrane uporabniške skupine.",       \
	  "You have been removed from the security scheme for the chosen user groups.")                                \
	X(207_01_3a1, "vs207-01.3a1", INFO,                                                                            \
	  "Kot posameznik (fizična oseba) ne izpolnjujete pogojev za prijavo v nobeni dodatni "                       \
	  "uporabniški skupini za uporabo spletnih storitev. Če se želite prijaviti kot pooblaščenec "            \
	  "samostojnega uporabnika za uporabo spletnih storitev, izberite postopek:",                                  \
	  "As an individual (natural person) you do not meet the conditions for any further user group "               \
	  "for web services. If you want to register as an authorised person of an independent user for "              \
	  "web services, choose the procedure:")                                                                       \
	X(207_01_3a1_l, "vs207-01.3a1.l", INFO,                                                                        \
	  "Dodatna registracija uporabnika kot pooblaščenca samostojnega uporabnika v novi uporabniški skupini",       \
	  "Further registration of a user as an authorised person of an independent user in a new user group")         \
	X(207_01_3a2, "vs207-01.3a2", INFO,                                                                            \
	  "Prijavljeni ste kot poslovni subjekt s pravnoorganizacijsko obliko {1}. Glede na vaš pravni "              \
	  "položaj (pravnoorganizacijsko obliko) ne izpolnjujete pogojev za prijavo v nobeni dodatni "                \
	  "uporabniški skupini za uporabo spletnih storitev.",                                                         \
	  "You are logged in as a business subject with the legal form {1}. With your legal position "                 \
	  "(legal form) you do not meet the conditions for any further user group for web services.")                  \
	X(207_01_3a3, "vs207-01.3a3", INFO,                                                                            \
	  "Prijavljeni ste kot državni organ / lokalna skupnost. Glede na vaš pravni položaj ne "                   \
	  "izpolnjujete pogojev za prijavo v nobeni dodatni uporabniški skupini za uporabo spletnih "                 \
	  "storitev.",                                                                                                 \
	  "You are logged in as a state body / local community. With your legal position you do not "                  \
	  "meet the conditions for any further user group for web services.")                                          \
	X(207_01_3a4, "vs207-01.3a4", INFO,                                                                            \
	  "Kot posameznik (fizična oseba) ne izpolnjujete pogojev za prijavo v uporabniški skupini za "              \
	  "uporabo spletnih storitev.",                                                                                \
	  "As an individual (natural person) you do not meet the conditions for a user group for web "                 \
	  "services.")                                                                                                 \
	X(207_02_1, "vs207-02.1", LABEL,                                                                               \
	  "Izberite uporabniško skupino za uporabo spletnih storitev, v kateri se želite registrirati.",               \
	  "Choose the user group for web services in which you want to register.")                                     \
	X(207_02_1x, "vs207-02.1x", WARNING, "Izberite natanko eno od uporabniških skupin na seznamu.",                \
	  "Choose exactly one of the listed user groups.")                                                             \
	X(207_03_label, "vs207-03.1", LABEL, "Potrdilo za klic spletnih storitev",                                     \
	  "Certificate for calling web services")                                                                      \
	X(207_03_1, "vs207-03.1", LABEL,                                                                               \
	  "vpišite javni del kvalificiranega potrdila, ki ga želite uporabljati za klic spletne "                    \
	  "storitve, v pem obliki",                                                                                    \
	  "enter the public part of the qualified certificate that you want to use for calling the web "               \
	  "service, in PEM form")                                                                                      \
	X(207_03_1x, "vs207-03.1x", WARNING, "Besedilo ni eno samo potrdilo X.509 v obliki PEM.",                      \
	  "The text is not exactly one X.509 certificate in PEM form.")                                                \
	X(207_03_file, "vs207-03.1x", WARNING,                                                                         \
	  "Datoteka ni besedilo v obliki PEM ali je daljša od 64 KB. Potrdilo v obliki DER najprej pretvorite v PEM.", \
	  "The file is no text in PEM form, or is longer than 64 KB. Convert a certificate in DER form to PEM first.") \
	X(207_03_both, "vs207-03.1x", WARNING, "Vpišite besedilo ali izberite datoteko, ne obojega.",                  \
	  "Enter the text or choose a file, not both.")                                                                \
	X(207_03_key, "vs207-03.1x", WARNING,                                                                          \
	  "Besedilo vsebuje zasebni ključ. Vpišite samo javni del potrdila; ključ ni bil shranjen, a ga "           \
	  "obravnavajte kot razkritega.",                                                                              \
	  "The text holds a private key. Enter the public part of the certificate only; the key was not "              \
	  "stored, but treat it as disclosed.")                                                                        \
	X(207_03_4a, "vs207-03.4a", WARNING,                                                                           \
	  "Za klic spletnih storitev je mogoče uporabiti samo kvalificirana potrdila teh izdajateljev: "              \
	  "{1}. Potrdilo, ki ste ga vnesli, tega pogoja ne izpolnjuje.",                                               \
	  "Only qualified certificates of these issuers can be used for calling web services: {1}. The "               \
	  "certificate that you entered does not meet this condition.")                                                \
	X(207_03_4b, "vs207-03.4b", WARNING,                                                                           \
	  "Potrdilo, ki ste ga vnesli, je v varnostni shemi že registrirano za uporabo spletnih "                     \
	  "storitev drugega uporabnika.",                                                                              \
	  "The certificate that you entered is already registered in the security scheme for the web "                 \
	  "services of another user.")                                                                                 \
	X(207_03_4c, "vs207-03.4c", WARNING, "Potrdilo, ki ste ga vnesli, ni veljavno. ({1})",                         \
	  "The certificate that you entered is not valid. ({1})")                                                      \
	X(207_03_4cx, "vs207-03.4cx", WARNING,                                                                         \
	  "Veljavnosti potrdila trenutno ni mogoče preveriti. Poskusite znova. ({1})",                                 \
	  "The validity of the certificate cannot be checked at the moment. Try again. ({1})")                         \
	X(207_04_1, "vs207-04.1", LABEL, "Odjemalec spletne storitve", "Client of the web service")                    \
	X(207_04_1a, "vs207-04.1a", LABEL, "Vnos podatkov odjemalca z izbiro obstoječega odjemalca.",                  \
	  "Use an existing client.")                                                                                   \
	X(207_04_1b, "vs207-04.1b", LABEL, "Vnos novega odjemalca.", "Enter a new client.")                            \
	X(207_04_2x, "vs207-04.2x", WARNING, "Izberite enega od svojih odjemalcev ali vnos novega.",                   \
	  "Choose one of your clients, or enter a new one.")                                                           \
	X(207_04_3n, "vs207-04.3n", LABEL, "poljubno ime, ki ga določite za vašega odjemalca",                         \
	  "any name that you give your client")                                                                        \
	X(207_04_3u, "vs207-04.3u", LABEL, "Več preusmeritvenih URI se loči z vejico",                                 \
	  "Separate several redirect URIs by commas")                                                                  \
	X(207_04_3x_name, "vs207-04.3x", WARNING, "Vpišite ime odjemalca v eni vrstici (največ 200 bajtov).",          \
	  "Enter a name of the client in one line (at most 200 bytes).")                                               \
	X(207_04_3x_uris, "vs207-04.3x", WARNING,                                                                      \
	  "Vsak preusmeritveni URI mora biti različen in pravilno zapisan ter se začeti s https:// in "              \
	  "imenom strežnika, brez fragmenta (#).",                                                                     \
	  "Each redirect URI must be different and well-formed and begin with https:// and the name of a "             \
	  "server, without a fragment (#).")                                                                           \
	X(207_05_1, "vs207-05.1", INFO,                                                                                \
	  "Dodati morate PDF dokument z vsebino vloge za uporabo spletnih storitev, ki ste jih izbrali. "              \
	  "Vloga mora biti elektronsko podpisana s kvalificiranim digitalnim potrdilom vašega "                       \
	  "zakonitega zastopnika.",                                                                                    \
	  "You must add a PDF document with the application for the web services that you have chosen. "               \
	  "The application must be signed electronically with a qualified certificate of your legal "                  \
	  "representative.")                                                                                           \
	X(207_05_label, "vs207-05.2", LABEL, "Vloga (PDF)", "Application (PDF)")                                       \
	X(207_05_3x, "vs207-05.3x", WARNING, "Izberite dokument, ki ni prazen.",                                       \
	  "Choose a document that is not empty.")                                                                      \
	X(207_05_4a, "vs207-05.4a", WARNING, "Dokument, ki ste ga izbrali, ni v PDF obliki.",                          \
	  "The document that you chose is not a PDF.")                                                                 \
	X(207_05_4b, "vs207-05.4b", WARNING,                                                                           \
	  "Dokument, ki ste ga izbrali, ni podpisan s kvalificiranim elektronskim podpisom.",                          \
	  "The document that you chose is not signed with a qualified electronic signature.")                          \
	X(207_06_preview, "vs207-06", INFO, "Preverite podatke, preden oddate prijavo.",                               \
	  "Check the data before you submit the application.")                                                         \
	X(207_06_x, "vs207-06.x", WARNING,                                                                             \
	  "V tej uporabniški skupini ste medtem že registrirani ali prijavljeni. Ničesar nismo "                    \
	  "zapisali.",                                                                                                 \
	  "Meanwhile you are registered or have applied in this user group. Nothing was written.")                     \
	X(207_07_1, "vs207-07.1", DONE,                                                                                \
	  "Vaša prijava je bila oddana in čaka na potrditev administratorja uporabniške skupine {1}.",                 \
	  "Your application has been submitted and waits for the approval of the administrator of the "                \
	  "user group {1}.")                                                                                           \
	X(207_07_3, "vs207-07.3", MAIL,                                                                                \
	  "Obveščamo vas, da je v uporabniški skupini {1}, ki jo administrirate, oddana nova prijava, "             \
	  "ki čaka na vašo potrditev.",                                                                                \
	  "In the user group {1}, which you administer, a new application has been submitted and waits "               \
	  "for your approval.")                                                                                        \
	X(208_none, "vs208-00.x", WARNING,                                                                             \
	  "Registracija, za katero ste prijavljeni, ni aktivna; njenih podatkov ni mogoče spremeniti.",                \
	  "The registration that you are logged in for is not active; its data cannot be changed.")                    \
	X(208_01, "vs208-01", LABEL, "Sprememba potrdila za klic spletne storitve",                                    \
	  "Change of the certificate for calling the web service")                                                     \
	X(208_02, "vs208-02", LABEL, "Sprememba podatkov o odjemalcu spletne storitve",                                \
	  "Change of the data of the client of the web service")                                                       \
	X(208_02_0x, "vs208-02.0x", WARNING, "Ta uporabniška skupina nima odjemalca.",                                 \
	  "This user group has no client.")                                                                            \
	X(208_meanwhile, "vs208-01.4x", WARNING,                                                                       \
	  "Podatki te registracije so bili medtem spremenjeni v drugi seji. Ničesar nismo zapisali; preverite, "      \
	  "kaj velja zdaj.",                                                                                           \
	  "The data of this registration were changed in another session meanwhile. Nothing was written; see what "    \
	  "holds now.")                                                                                                \
	X(208_same, "vs208-01.2x", WARNING,                                                                            \
	  "To potrdilo je za to spletno storitev že vpisano. Ničesar ni treba spremeniti.",                            \
	  "This certificate is entered for this web service already. Nothing needs to be changed.")                    \
	X(208_at_once, "vs208-01.3", INFO, "Novo potrdilo bo začelo veljati takoj po potrditvi.",                      \
	  "The new certificate takes effect as soon as you confirm.")                                                  \
	X(208_approval_again, "vs208-01.3", WARNING,                                                                   \
	  "Davčna številka v potrdilu ni vaša. Sprememba potrebuje novo potrditev "                                 \
	  "administratorja; do takrat klici niso mogoči. Če jo zavrne, je registracija izbrisana.",                    \
	  "The tax number in the certificate is not yours. The change needs a new "                                    \
	  "approval by the administrator; until then calls are not possible. If it is refused, the "                   \
	  "registration is deleted.")                                                                                  \
	X(208_overlap, "vs208-01.3", LABEL, "Koliko dni naj velja še dosedanje potrdilo",                              \
	  "For how many days the present certificate is to stay valid")                                                \
	X(208_overlap_hint, "vs208-01.3", LABEL, "od 0 do 30", "0 to 30")                                              \
	X(208_overlap_x, "vs208-01.3", WARNING, "Vpišite število dni od 0 do 30.",                                     \
	  "Enter a number of days from 0 to 30.")                                                                      \
	X(208_01_3a, "vs208-01.3a", LABEL, "Potrdi spremembo", "Confirm the change")                                   \
	X(208_01_3b, "vs208-01.3b", LABEL, "Zavrni spremembo", "Reject the change")                                    \
	X(208_01_done, "vs208-01.4", DONE, "Potrdilo za klic spletne storitve je spremenjeno.",                        \
	  "The certificate for calling the web service has been changed.")                                             \
	X(208_01_waits, "vs208-01.4", DONE,                                                                            \
	  "Potrdilo za klic spletne storitve je spremenjeno in čaka na potrditev administratorja.",                    \
	  "The certificate for calling the web service has been changed and waits for the approval of "                \
	  "the administrator.")                                                                                        \
	X(208_02_done, "vs208-02.5", DONE, "Podatki o odjemalcu spletne storitve so spremenjeni.",                     \
	  "The data of the client of the web service have been changed.")                                              \
	X(211_01_1b, "vs211-01.1b", LABEL, "Izberite uporabniško skupino, ki jo administrirate.",                      \
	  "Choose the user group that you administer.")                                                                \
	X(211_01_1x, "vs211-01.1x", WARNING, "Izberite natanko eno od uporabniških skupin na seznamu.",                \
	  "Choose exactly one of the listed user groups.")                                                             \
	X(211_01_2, "vs211-01.2", LABEL, "Izberite vrsto postopka, ki ga želite opraviti.",                            \
	  "Choose what you want to do.")                                                                               \
	X(211_01_2a, "vs211-01.2a", LABEL, "potrditev novih uporabnikov.", "approval of new users.")                   \
	X(211_01_2b, "vs211-01.2b", LABEL, "izbris uporabnikov.", "deletion of users.")                                \
	X(211_02_2a, "vs211-02.2a", INFO,                                                                              \
	  "V uporabniški skupini, ki jo administrirate, ni nobenega uporabnika s statusom v "                         \
	  "potrjevanju.",                                                                                              \
	  "In the user group that you administer there is no user with the status pending.")                           \
	X(211_03_2a, "vs211-03.2a", INFO,                                                                              \
	  "V uporabniški skupini, ki jo administrirate, ni nobenega aktivnega administriranega "                      \
	  "uporabnika.",                                                                                               \
	  "In the user group that you administer there is no active user.")                                            \
	X(211_04_x1, "vs211-04.x1", WARNING, "O zapisu »{1}« je bilo medtem že odločeno. Ničesar nismo zapisali.",     \
	  "The record »{1}« has been decided meanwhile. Nothing was written.")                                         \
	X(211_04_x2, "vs211-04.x2", WARNING, "Označite vsaj en zapis.", "Mark at least one record.")                   \
	X(211_04_x3_certificate, "vs211-04.x3", WARNING,                                                               \
	  "Uporabnika »{1}« ni mogoče potrditi: njegovo potrdilo ni več dovoljeno. Ničesar nismo "                \
	  "zapisali.",                                                                                                 \
	  "The user »{1}« cannot be approved: the certificate is no longer allowed. Nothing was "                    \
	  "written.")                                                                                                  \
	X(211_04_x3_subject, "vs211-04.x3", WARNING,                                                                   \
	  "Uporabnika »{1}« ni mogoče potrditi: izbrisan je iz poslovnega registra ali blokiran. "                  \
	  "Ničesar nismo zapisali.",                                                                                   \
	  "The user »{1}« cannot be approved: deleted in the business register, or blocked. Nothing was "            \
	  "written.")                                                                                                  \
	X(211_05_1, "vs211-05.1", DONE,                                                                                \
	  "V varnostni shemi smo izvršili vpise oziroma izbrise administriranih uporabnikov, ki ste jih "             \
	  "izbrali.",                                                                                                  \
	  "The entries and deletions of the users that you have chosen have been made in the security "                \
	  "scheme.")                                                                                                   \
	X(211_05_2p, "vs211-05.2p", MAIL,                                                                              \
	  "Obveščamo vas, da vas je zunanji administrator {1} potrdil kot uporabnika v uporabniški "                \
	  "skupini {2}.",                                                                                              \
	  "The external administrator {1} has approved you as a user in the user group {2}.")                          \
	X(211_05_2z, "vs211-05.2z", MAIL,                                                                              \
	  "Obveščamo vas, da je zunanji administrator {1} zavrnil vašo prijavo v uporabniški skupini "             \
	  "{2}. Razlog: {3}",                                                                                          \
	  "The external administrator {1} has refused your application in the user group {2}. Reason: "                \
	  "{3}")                                                                                                       \
	X(211_05_2i, "vs211-05.2i", MAIL,                                                                              \
	  "Obveščamo vas, da vas je zunanji administrator {1} izbrisal kot uporabnika v uporabniški "               \
	  "skupini {2}. Razlog: {3}",                                                                                  \
	  "The external administrator {1} has deleted you as a user in the user group {2}. Reason: {3}")               \
	X(338_id_4a, "3.3.8-id.4a", WARNING, "Izbrani ID ne ustreza nobeni osebi na seznamu.",                         \
	  "No person on the list has the chosen ID.")                                                                  \
	X(338_id_x, "3.3.8-id.x", WARNING, "Številka ni pravilna.", "The number is not correct.")                      \
	X(338_nm_4a, "3.3.8-nm.4a", WARNING, "Izbrani iskalni niz ne ustreza nobeni osebi na seznamu.",                \
	  "No person on the list matches the search text.")                                                            \
	X(filter_name, "vs005-f", LABEL, "Filtriraj seznam po imenu", "Filter the list by name")                       \
	X(filter_id, "vs007-f", LABEL, "Filtriraj seznam po ID", "Filter the list by ID")                              \
	X(filter_maticna, "3.3.8-id.1", LABEL, "MŠ", "Registration number")                                            \
	X(filter_emso, "3.3.8-id.1", LABEL, "EMŠO", "EMŠO")                                                            \
	X(filter_davcna, "3.3.8-id.1", LABEL, "DŠ", "Tax number")                                                      \
	X(filter_person, "3.3.8-nm.1", LABEL, "osebno ime", "personal name")                                           \
	X(filter_firm, "3.3.8-nm.1", LABEL, "firma", "firm")                                                           \
	X(filtered_maticna, "3.3.8-id.1", LABEL, "Matična številka", "Registration number")                            \
	X(filtered_emso, "3.3.8-id.1", LABEL, "EMŠO", "EMŠO")                                                          \
	X(filtered_davcna, "3.3.8-id.1", LABEL, "Davčna številka", "Tax number")                                       \
	X(filtered_person, "3.3.8-nm.1", LABEL, "Osebno ime", "Personal name")                                         \
	X(filtered_firm, "3.3.8-nm.1", LABEL, "Firma", "Firm")                                                         \
	X(filter_text, "3.3.8-id.2", LABEL, "Iskalni niz ali številka", "Search text or number")                       \
	X(application, "vs207-05", LABEL, "Prijava", "Application")                                                    \
	X(application_sha256, "vg-application", LABEL, "Zgoščena vrednost vloge (SHA-256)",                            \
	  "Digest of the application (SHA-256)")                                                                       \
	X(received, "vg-application", LABEL, "Oddano", "Submitted")                                                    \
	X(waiting_days, "vg-application", LABEL, "Čaka (dni)", "Waiting (days)")                                       \
	X(report, "vg-application", LABEL, "Poročilo o preverjanju vloge", "Report on the application")                \
	X(group, "vg-label", LABEL, "Uporabniška skupina", "User group")                                               \
	X(davcna, "vg-label", LABEL, "Davčna številka", "Tax number")                                                  \
	X(certificate, "vg-label", LABEL, "Potrdilo za klic", "Call certificate")                                      \
	X(cert_issuer, "vs207-03.2", LABEL, "Izdajatelj", "Issuer")                                                    \
	X(cert_serial, "vs207-03.2", LABEL, "Serijska številka", "Serial number")                                      \
	X(cert_subject, "vs207-03.2", LABEL, "Predmet", "Subject")                                                     \
	X(cert_digest, "vs207-03.2", LABEL, "Zgoščena vrednost (SHA-256)", "Digest (SHA-256)")                         \
	X(cert_until, "vg-label", LABEL, "Velja do", "Valid until")                                                    \
	X(cert_judgement, "vg-label", LABEL, "Presoja potrdila v tem trenutku",                                        \
	  "Judgement of the certificate at this moment")                                                               \
	X(cert_step, "vg-label", LABEL, "Korak", "Step")                                                               \
	X(cert_tax_number, "vg-label", LABEL, "Davčna številka v potrdilu", "Tax number in the certificate")           \
	X(possession_missing, "vg-possession", WARNING, "Posest zasebnega ključa tega potrdila še ni dokazana.",       \
	  "Possession of this certificate's private key has not been proven yet.")                                     \
	X(tax_number_differs, "vg-organisation", WARNING,                                                              \
	  "Davčna številka v potrdilu se ne ujema z davčno številko uporabnika.",                                      \
	  "The tax number in the certificate is not the user's tax number.")                                           \
	X(cert_not_valid_now, "vg-certificate-now", WARNING, "Potrdilo zdaj ne prestane preverjanja: {1}.",            \
	  "The certificate does not pass the tests now: {1}.")                                                         \
	X(cert_revocation_unchecked, "vg-revocation", WARNING,                                                         \
	  "Ali je potrdilo preklicano, ni bilo mogoče preveriti: za njegovega izdajatelja ni podatkov o preklicih.",   \
	  "Whether the certificate has been revoked could not be checked: there is no revocation data of its issuer.") \
	X(client, "vs207-04", LABEL, "Odjemalec", "Client")                                                            \
	X(client_name, "vs207-04.3n", LABEL, "Ime odjemalca", "Name of the client")                                    \
	X(client_uris, "vs207-04.3u", LABEL, "Preusmeritveni URI", "Redirect URIs")                                    \
	X(client_id, "vs207-06.1b", LABEL, "ID odjemalca", "Client ID")                                                \
	X(client_secret, "vs207-06.1b", LABEL, "Skrivnost odjemalca", "Client secret")                                 \
	X(secret_once, "vg-secret", WARNING,                                                                           \
	  "Skrivnost odjemalca je prikazana samo zdaj. Shranite jo na varno mesto; pozneje je ne more "                \
	  "prikazati nihče.",                                                                                          \
	  "The client secret is shown now only. Keep it in a safe place; nobody can show it later.")                   \
	X(reason, "vg-reason", LABEL, "Razlog zavrnitve ali izbrisa", "Reason of the refusal or deletion")             \
	X(reason_hint, "vg-reason", LABEL, "uporabnik ga prejme z obvestilom", "the user gets it with the notice")     \
	X(reason_x, "vg-reason", WARNING, "Zavrnitev in izbris potrebujeta razlog (največ 1000 bajtov).",              \
	  "A refusal or deletion needs a reason (at most 1000 bytes).")                                                \
	X(reason_unmarked, "vg-reason", WARNING,                                                                       \
	  "Vpisali ste razlog, zapisa pa niste označili. Označite ga ali izbrišite razlog.",                           \
	  "You gave a reason but did not mark the record. Mark it, or remove the reason.")                             \
	X(reason_confirmed, "vg-reason", WARNING,                                                                      \
	  "Zapis je označen za potrditev, ob njem pa je razlog. Razveljavite oznako ali izbrišite razlog.",            \
	  "The record is marked to be confirmed, yet a reason stands beside it. Undo the mark, or remove the reason.") \
	X(marks_max, "vg-marks", WARNING,                                                                              \
	  "Naenkrat je mogoče označiti največ 100 zapisov. Izvršite označeno in nato nadaljujte z drugimi.",           \
	  "At most 100 records can be marked at once. Carry out what is marked, then go on with the others.")          \
	X(marks_count, "vg-marks", LABEL, "Označeno na vseh straneh", "Marked on all pages")                           \
	X(list_count, "vg-list", LABEL, "Število zapisov", "Number of records")                                        \
	X(list_page, "vg-list", LABEL, "Stran", "Page")                                                                \
	X(button_page_before, "vg-button", LABEL, "Prejšnja stran", "Previous page")                                   \
	X(button_page_after, "vg-button", LABEL, "Naslednja stran", "Next page")                                       \
	X(choose_one, "vg-choice", WARNING, "Izberite eno od možnosti.", "Choose one of the options.")                 \
	X(field_needed, "vg-field", WARNING, "Polje je obvezno.", "The field is mandatory.")                           \
	X(login_over, "vg-login", WARNING,                                                                             \
	  "Registracija, s katero ste se prijavili, ni več aktivna. Prijavite se znova.",                              \
	  "The registration with which you logged in is no longer active. Log in again.")                              \
	X(administrator_none, "vg-administrator-none", WARNING,                                                        \
	  "Uporabniška skupina nima aktivnega zunanjega administratorja.",                                             \
	  "The user group has no active external administrator.")                                                      \
	X(administrator_over, "vg-administrator-over", WARNING,                                                        \
	  "Zunanji administrator je izbrisan iz PRS ali blokiran; v njegovem imenu ni mogoče odločati.",               \
	  "The external administrator is deleted in PRS or blocked; nothing can be decided in his place.")             \
	X(login_blocked, "vg-login", WARNING,                                                                          \
	  "Potrdilo, s katerim se prijavljate, je upravljavec blokiral. Obrnite se nanj.",                             \
	  "The certificate with which you log in has been blocked by the operator. Turn to him.")                      \
	X(not_offered, "5.1", WARNING, "Tega postopka s svojo prijavo ne morete izvesti.",                             \
	  "You cannot carry out this procedure with your login.")                                                      \
	X(cancelled, "vg-cancel", INFO, "Postopek je preklican. Ničesar nismo zapisali.",                              \
	  "The procedure was cancelled. Nothing was written.")                                                         \
	X(button_cancel, "vg-button", LABEL, "Prekliči", "Cancel")                                                     \
	X(button_next, "vg-button", LABEL, "Naprej", "Next")                                                           \
	X(button_preview, "vg-button", LABEL, "Prikaži podatke", "Show the data")                                      \
	X(button_confirm, "vg-button", LABEL, "Potrdi", "Confirm")                                                     \
	X(button_refuse, "vg-button", LABEL, "Zavrni", "Refuse")                                                       \
	X(button_delete, "vg-button", LABEL, "Izbriši", "Delete")                                                      \
	X(button_undo, "vg-button", LABEL, "Razveljavi", "Undo")                                                       \
	X(button_execute, "vg-button", LABEL, "Izvrši označeno", "Carry out what is marked")                           \
	X(button_filter, "vg-button", LABEL, "Išči", "Search")                                                         \
	X(button_filter_clear, "vg-button", LABEL, "Odstrani filter", "Remove the filter")                             \
	X(button_leave, "vg-button", LABEL, "Izstopi", "Leave")                                                        \
	X(button_submit, "vg-button", LABEL, "Oddaj prijavo", "Submit the application")                                \
	X(button_change_data, "vg-button", LABEL, "Spremeni podatke", "Change the data")                               \
	X(button_change_certificate, "vg-button", LABEL, "Spremeni potrdilo", "Change the certificate")                \
	X(button_change_client, "vg-button", LABEL, "Spremeni odjemalca", "Change the client")                         \
	X(entry_davcna, "vg-entry-davcna", WARNING, "Poslovni subjekt mora imeti davčno številko.",                    \
	  "A business subject needs its tax number.")                                                                  \
	X(entry_email, "vg-entry-email", WARNING, "Na ta elektronski naslov ni mogoče pošiljati pošte.",               \
	  "No mail can be sent to this e-mail address.")                                                               \
	X(entry_form, "vg-entry-form", WARNING, "Pravnoorganizacijska oblika manjka ali ne ustreza položaju.",         \
	  "The legal form is missing, or does not fit the position.")                                                  \
	X(entry_group, "vg-entry-group", WARNING, "Takšne uporabniške skupine v shemi ni.",                            \
	  "There is no such user group in the scheme.")                                                                \
	X(entry_position, "vg-entry-position", WARNING, "Položaj ni med tistimi, ki jih uporabniška skupina dopušča.", \
	  "The position is not among those that the user group allows.")                                               \
	X(entry_group_form, "vg-entry-group-form", WARNING,                                                            \
	  "Pravnoorganizacijska oblika ni med tistimi, ki jih uporabniška skupina dopušča.",                           \
	  "The legal form is not among those that the user group allows.")                                             \
	X(entry_administered, "vg-entry-administered", WARNING,                                                        \
	  "Administrirana uporabniška skupina manjka, ni prava ali nima administratorja.",                             \
	  "The administered user group is missing, wrong, or one without administrator.")                              \
	X(entry_person, "vg-entry-person", WARNING, "Pooblaščenec je lahko samo fizična oseba z EMŠO.",                \
	  "Only a natural person with EMŠO can be an authorised person.")                                              \
	X(entry_principal, "vg-entry-principal", WARNING, "Samostojni uporabnik tega položaja nima pooblaščencev.",    \
	  "An independent user of this position has no authorised persons.")                                           \
	X(mail_title, "vg-mail", MAIL, "Obvestilo sistema eSodstvo", "Notice of the eSodstvo system")                  \
	X(mail_orphaned, "vg-mail", MAIL,                                                                              \
	  "V uporabniški skupini {1}, ki nima aktivnega in dosegljivega administratorja, je oddana nova prijava. "    \
	  "Čaka na odločitev administratorja.",                                                                        \
	  "In the user group {1}, which has no active administrator who can be reached, a new application has been "   \
	  "submitted. It waits for an administrator.")                                                                 \
	X(mail_cascaded, "vg-mail", MAIL,                                                                              \
	  "Obveščamo vas, da ste kot pooblaščenec samostojnega uporabnika {1} v uporabniški skupini {2} "         \
	  "izbrisani, ker je izbrisana registracija samostojnega uporabnika.",                                         \
	  "As an authorised person of the independent user {1} in the user group {2} you have been "                   \
	  "deleted, because the independent user's registration has been deleted.")                                    \
	X(mail_ended, "vg-mail", MAIL,                                                                                 \
	  "Obveščamo vas, da je vaša registracija v uporabniški skupini {1} izbrisana. Razlog: {2}.",                  \
	  "Your registration in the user group {1} has been deleted. Reason: {2}.")                                    \
	X(mail_left_waiting, "vg-mail", MAIL,                                                                          \
	  "V uporabniški skupini {1}, ki nima več aktivnega administratorja, čakajo prijave. Čakajo, "             \
	  "dokler administrator ni vpisan.",                                                                           \
	  "Applications wait in the user group {1}, which has no active administrator any more. They wait "            \
	  "until an administrator is entered.")                                                                        \
	X(mail_certificate_changed, "vg-mail", MAIL,                                                                   \
	  "Obveščamo vas, da je potrdilo za klic spletne storitve v uporabniški skupini {1} "                       \
	  "spremenjeno. Če spremembe niste naročili, takoj obvestite sodišče.",                                        \
	  "The certificate for calling the web service in the user group {1} has been changed. If you "                \
	  "did not order this change, tell the court at once.")                                                        \
	X(mail_certificate_waits, "vg-mail", MAIL,                                                                     \
	  "Obveščamo vas, da je potrdilo za klic spletne storitve v uporabniški skupini {1} spremenjeno "           \
	  "in čaka na potrditev administratorja. Do potrditve klici niso mogoči.",                                     \
	  "The certificate for calling the web service in the user group {1} has been changed and waits "              \
	  "for the administrator's approval. Until then calls are not possible.")                                      \
	X(mail_certificate_changed_administrator, "vg-mail", MAIL,                                                     \
	  "Obveščamo vas, da je uporabnik v uporabniški skupini {1}, ki jo administrirate, spremenil "              \
	  "potrdilo za klic spletne storitve.",                                                                        \
	  "A user of the user group {1}, which you administer, has changed the certificate for calling "               \
	  "the web service.")                                                                                          \
	X(101_mechanism, "vs101-01", WARNING, "S tem sredstvom elektronske identifikacije prijava ni mogoča.",         \
	  "Login is not possible with this means of electronic identification.")                                       \
	X(101_02_1A_x, "vs101-02.1A-x", WARNING,                                                                       \
	  "Sredstvo elektronske identifikacije, ki ga uporabljate, ni povezano s slovensko davčno "                   \
	  "številko. Prijava ni mogoča.",                                                                              \
	  "The means of electronic identification that you use is not linked to a Slovene tax number. "                \
	  "Login is not possible.")                                                                                    \
	X(101_03, "vs101-03", LABEL, "Izberite uporabniško skupino, v kateri se želite prijaviti.",                    \
	  "Choose the user group in which you want to log in.")                                                        \
	X(101_03_x, "vs101-03.x", WARNING, "Izberite natanko eno od uporabniških skupin na seznamu.",                  \
	  "Choose exactly one of the listed user groups.")                                                             \
	X(101_04, "vs101-04", DONE, "Prijavljeni ste.", "You are logged in.")                                          \
	X(101_04_3, "vs101-04.3", WARNING,                                                                             \
	  "Za prijavo v portal eSodstvo niste uporabili kvalificiranega potrdila za elektronski podpis, "              \
	  "zato ne boste mogli izvajati e-opravil, ki zahtevajo kvalificirani elektronski podpis z "                   \
	  "uporabo kvalificiranega potrdila. Če želite izvajati taka e-opravila, se morate odjaviti in "             \
	  "ponovno prijaviti z uporabo kvalificiranega potrdila.",                                                     \
	  "You did not log in to the eSodstvo portal with a qualified certificate for electronic "                     \
	  "signature, so you will not be able to carry out e-procedures that need a qualified "                        \
	  "electronic signature with a qualified certificate. If you want to carry out such "                          \
	  "e-procedures, log out and log in again with a qualified certificate.")                                      \
	X(101_05, "vs101-05", INFO,                                                                                    \
	  "V varnostni shemi z davčno številko, ki je povezana s sredstvom elektronske identifikacije, "             \
	  "ki ga uporabljate, še niste registrirani kot zunanji uporabnik.",                                           \
	  "You are not yet registered in the security scheme as an external user with the tax number "                 \
	  "that is linked to the means of electronic identification that you use.")                                    \
	X(101_05_waits, "vs101-05", INFO, "Na potrditev še čaka vaša prijava v uporabniški skupini: {1}.",             \
	  "Your application still waits for approval in the user group: {1}.")                                         \
	X(212_01a, "vs212-01a", INFO,                                                                                  \
	  "Prijavljeni ste kot posameznik (fizična oseba). Kot posameznik (fizična oseba) v varnostni "              \
	  "shemi ne morete upravljati pooblaščencev. Če želite upravljati pooblastila pooblaščencev, se "        \
	  "morate prijaviti kot poslovni subjekt.",                                                                    \
	  "You are logged in as an individual (natural person). As an individual you cannot manage "                   \
	  "authorised persons in the security scheme. If you want to manage the authorisations of "                    \
	  "authorised persons, log in as a business subject.")                                                         \
	X(212_02b, "vs212-02b", LABEL,                                                                                 \
	  "Izberite uporabniško skupino, v kateri želite upravljati pooblastila vaših pooblaščencev.",                 \
	  "Choose the user group in which you want to manage the authorisations of your authorised "                   \
	  "persons.")                                                                                                  \
	X(212_02bx, "vs212-02bx", WARNING, "Izberite natanko eno od uporabniških skupin na seznamu.",                  \
	  "Choose exactly one of the listed user groups.")                                                             \
	X(212_02c, "vs212-02c", INFO,                                                                                  \
	  "V varnostni shemi pri nobeni uporabniški skupini niste registrirani kot samostojni "                       \
	  "uporabnik.",                                                                                                \
	  "You are not registered as an independent user in any user group of the security scheme.")                   \
	X(212_03a, "vs212-03a", LABEL, "potrditev novih pooblaščenih oseb.", "approval of new authorised persons.")    \
	X(212_03b, "vs212-03b", LABEL, "izbris pooblaščenih oseb / preklic pooblastila.",                              \
	  "deletion of authorised persons / withdrawal of the authorisation.")                                         \
	X(212_04_2a, "vs212-04.2a", INFO,                                                                              \
	  "V uporabniški skupini, ki ste jo izbrali, ni nobenega novega pooblaščenca s statusom v "                 \
	  "potrjevanju.",                                                                                              \
	  "In the user group that you chose there is no new authorised person with the status pending.")               \
	X(212_05_2a, "vs212-05.2a", INFO,                                                                              \
	  "V uporabniški skupini, ki ste jo izbrali, ni nobenega aktivnega pooblaščenca.",                             \
	  "In the user group that you chose there is no active authorised person.")                                    \
	X(005_h, "vs005", LABEL, "Pooblaščenci:", "Authorised persons:")                                               \
	X(212_06_subject, "vs212-06.x", WARNING,                                                                       \
	  "Pooblaščenca »{1}« ni mogoče potrditi: izbrisan je iz poslovnega registra ali blokiran. "              \
	  "Ničesar nismo zapisali.",                                                                                   \
	  "The authorised person »{1}« cannot be confirmed: deleted in the business register, or blocked. Nothing "  \
	  "was written.")                                                                                              \
	X(212_07_1, "vs212-07.1", DONE,                                                                                \
	  "V varnostni shemi smo izvršili vpise oziroma izbrise pooblaščenih oseb, ki ste jih izbrali.",               \
	  "The entries and deletions of the authorised persons that you have chosen have been made in "                \
	  "the security scheme.")                                                                                      \
	X(212_07_2p, "vs212-07.2p", MAIL,                                                                              \
	  "Obveščamo vas, da vas je samostojni uporabnik {1} potrdil kot pooblaščenca v uporabniški "             \
	  "skupini {2}.",                                                                                              \
	  "The independent user {1} has approved you as an authorised person in the user group {2}.")                  \
	X(212_07_2z, "vs212-07.2z", MAIL,                                                                              \
	  "Obveščamo vas, da vas je samostojni uporabnik {1} zavrnil kot pooblaščenca v uporabniški "             \
	  "skupini {2}.",                                                                                              \
	  "The independent user {1} has refused you as an authorised person in the user group {2}.")                   \
	X(212_07_2i, "vs212-07.2i", MAIL,                                                                              \
	  "Obveščamo vas, da vas je samostojni uporabnik {1} izbrisal kot pooblaščenca v uporabniški "            \
	  "skupini {2}.",                                                                                              \
	  "The independent user {1} has deleted you as an authorised person in the user group {2}.")                   \
	X(221_2, "vs221-2", LABEL, "Aktivne uporabniške skupine uporabnika {1}", "Active user groups of the user {1}") \
	X(222_1, "vs222-1", LABEL,                                                                                     \
	  "Izberite status uporabnikov v administrirani uporabniški skupini, za katere želite pridobiti "            \
	  "seznam:",                                                                                                   \
	  "Choose the status of the users in the administered user group whose list you want:")                        \
	X(222_a, "vs222-a", LABEL, "aktivni uporabniki", "active users")                                               \
	X(222_b, "vs222-b", LABEL, "uporabniki, ki čakajo na vašo potrditev", "users that wait for your approval")     \
	X(222_c, "vs222-c", LABEL, "izbrisani uporabniki", "deleted users")                                            \
	X(222_ax, "vs222-ax", INFO, "V administrirani uporabniški skupini ni aktivnih uporabnikov.",                   \
	  "In the administered user group there are no active users.")                                                 \
	X(222_bx, "vs222-bx", INFO,                                                                                    \
	  "V administrirani uporabniški skupini ni uporabnikov, ki čakajo na vašo potrditev.",                         \
	  "In the administered user group there are no users that wait for your approval.")                            \
	X(222_cx, "vs222-cx", INFO, "V administrirani uporabniški skupini ni izbrisanih uporabnikov.",                 \
	  "In the administered user group there are no deleted users.")                                                \
	X(222_p, "vs222-p", LABEL, "Uporabniki administrirane uporabniške skupine {1} zunanjega administratorja {2}",  \
	  "Users of the administered user group {1} of the external administrator {2}")                                \
	X(223_3, "vs223-3", LABEL,                                                                                     \
	  "Izberite status pooblaščencev v uporabniški skupini, za katere želite pridobiti seznam:",                   \
	  "Choose the status of the authorised persons in the user group whose list you want:")                        \
	X(223_3a, "vs223-3a", LABEL, "aktivni pooblaščenci", "active authorised persons")                              \
	X(223_3b, "vs223-3b", LABEL, "pooblaščenci, ki čakajo na vašo potrditev",                                      \
	  "authorised persons that wait for your approval")                                                            \
	X(223_3c, "vs223-3c", LABEL, "izbrisani pooblaščenci", "deleted authorised persons")                           \
	X(223_3ax, "vs223-3x", INFO, "V uporabniški skupini ni aktivnih pooblaščencev.",                               \
	  "In the user group there are no active authorised persons.")                                                 \
	X(223_3bx, "vs223-3x", INFO, "V uporabniški skupini ni pooblaščencev, ki čakajo na vašo potrditev.",           \
	  "In the user group there are no authorised persons that wait for your approval.")                            \
	X(223_3cx, "vs223-3x", INFO, "V uporabniški skupini ni izbrisanih pooblaščencev.",                             \
	  "In the user group there are no deleted authorised persons.")                                                \
	X(223_p, "vs223-p", LABEL, "Pooblaščenci v uporabniški skupini {1} samostojnega uporabnika {2}",               \
	  "Authorised persons in the user group {1} of the independent user {2}")                                      \
	X(status, "vg-label", LABEL, "Status", "Status")                                                               \
	X(232_01, "vs232-01", LABEL, "Izberite zunanjega administratorja, ki naj se izbriše.",                         \
	  "Choose the external administrator to be deleted.")                                                          \
	X(232_01_x, "vs232-01.x", WARNING, "Izberite natanko enega zunanjega administratorja na seznamu.",             \
	  "Choose exactly one of the listed external administrators.")                                                 \
	X(232_none, "vs232-01.none", INFO, "V varnostni shemi ni nobenega aktivnega zunanjega administratorja.",       \
	  "There is no active external administrator in the security scheme.")                                         \
	X(232_02, "vs232-02.1", DONE, "Zunanji administrator je izbrisan iz varnostne sheme.",                         \
	  "The external administrator has been deleted from the security scheme.")                                     \
	X(232_02_x, "vs232-02.x", WARNING,                                                                             \
	  "V tej uporabniški skupini čakajo prijave. Ostanejo v potrjevanju, dokler ne vpišete drugega "            \
	  "administratorja.",                                                                                          \
	  "Applications wait in this user group. They stay pending until you enter another "                           \
	  "administrator.")                                                                                            \
	X(mail_administrator_removed, "vg-mail", MAIL,                                                                 \
	  "Obveščamo vas, da ste izbrisani kot zunanji administrator uporabniške skupine {1}.",                        \
	  "You have been deleted as the external administrator of the user group {1}.")                                \
	X(301_01_x, "vs301-01.x", WARNING, "Izberite natanko eno od uporabniških skupin na seznamu.",                  \
	  "Choose exactly one of the listed user groups.")                                                             \
	X(301_02, "vs301-02.1", DONE, "Uporabniška skupina prijave je spremenjena.",                                   \
	  "The user group of the login has been changed.")                                                             \
	X(302_2, "vs302-2", DONE,                                                                                      \
	  "Uspešno ste se odjavili s portala eSodstvo. Če se želite prijaviti z drugim kvalificiranim "             \
	  "potrdilom, zaprite brskalnik in nato znova izberite povezavo do portala eSodstvo.",                         \
	  "You have logged out of the eSodstvo portal. If you want to log in with another qualified "                  \
	  "certificate, close the browser and then choose the link to the eSodstvo portal again.")                     \
	X(button_login, "vg-button", LABEL, "Prijava", "Log in")                                                       \
	X(button_back, "vg-button", LABEL, "Nazaj", "Back")                                                            \
	X(003_2, "vs003-2", INFO, "Izberite postopek, ki ga želite izvesti.",                                          \
	  "Choose the procedure that you want to carry out.")                                                          \
	X(entry, "3.1.3", INFO,                                                                                        \
	  "Portal za upravljanje pooblastil v varnostni shemi in za prijavo uporabe spletnih storitev "                \
	  "eSodstva.",                                                                                                 \
	  "Portal for managing authorisations in the security scheme and for registering the use of the "              \
	  "web services of eSodstvo.")                                                                                 \
	X(entry_no_certificate, "vg-entry", WARNING,                                                                   \
	  "Brskalnik ni poslal digitalnega potrdila. Za prijavo zaprite brskalnik, ga znova odprite in "               \
	  "ob prvem obisku izberite svoje kvalificirano potrdilo za elektronski podpis.",                              \
	  "The browser sent no certificate. To log in, close the browser, open it again and choose your "              \
	  "qualified certificate for electronic signature at the first visit.")                                        \
	X(entry_not_personal, "vg-entry", WARNING,                                                                     \
	  "Potrdilo, ki ga je poslal brskalnik, ni kvalificirano potrdilo za elektronski podpis osebe. "               \
	  "S potrdilom za elektronski žig ali spletišče prijava ni mogoča.",                                           \
	  "The certificate that the browser sent is not a qualified certificate for the electronic "                   \
	  "signature of a person. Login is not possible with a certificate for a seal or a web site.")                 \
	X(entry_certificate, "vg-entry", WARNING, "Potrdilo, ki ga je poslal brskalnik, ni sprejeto: {1}",             \
	  "The certificate that the browser sent is not accepted: {1}")                                                \
	X(web_not_found, "vg-web", WARNING, "Te strani ali zadeve ni.", "There is no such page or case.")              \
	X(web_conflict, "vg-web", WARNING,                                                                             \
	  "Zadeva je bila medtem spremenjena, zaključena ali je potekla. Ničesar nismo zapisali.",                     \
	  "The case has been changed or closed meanwhile, or has expired. Nothing was written.")                       \
	X(web_session, "vg-web", WARNING,                                                                              \
	  "Obrazec ne pripada vaši prijavi ali je prijava potekla. Ničesar nismo zapisali. Začnite na "             \
	  "prvi strani.",                                                                                              \
	  "The form does not belong to your login, or the login has ended. Nothing was written. Begin "                \
	  "at the first page.")                                                                                        \
	X(web_form, "vg-web", WARNING, "Obrazca ni mogoče prebrati. Ničesar nismo zapisali.",                          \
	  "The form cannot be read. Nothing was written.")                                                             \
	X(web_too_large, "vg-web", WARNING, "Obrazec z dokumentom je prevelik. Ničesar nismo zapisali.",               \
	  "The form with its document is too large. Nothing was written.")                                             \
	X(web_busy, "vg-web", WARNING, "Storitev je trenutno zasedena. Ničesar nismo zapisali. Poskusite znova.",      \
	  "The service is busy at the moment. Nothing was written. Try again.")                                        \
	X(web_login_first, "vg-web", WARNING, "Najprej se prijavite.", "Log in first.")                                \
	X(possession_ask, "vg-possession", INFO,                                                                       \
	  "Dokažite posest zasebnega ključa potrdila: s sistemom, ki bo klical spletno storitev, enkrat "            \
	  "odprite spodnji naslov z metodo GET in s tem potrdilom (vzajemni TLS). Do takrat ali do "                   \
	  "potrditve administratorja lahko isto potrdilo registrira tudi drug uporabnik.",                             \
	  "Prove that you possess the certificate's private key: with the system that will call the web "              \
	  "service open the address below once by GET with this certificate (mutual TLS). Until then, "                \
	  "or until the administrator approves, another user may register the same certificate.")                      \
	X(possession_url, "vg-possession", LABEL, "Naslov za dokaz posesti", "Address for the proof of possession")    \
	X(101_01a_1, "vs101-01a.1", LABEL,                                                                             \
	  "Izberite položaj, s katerim se želite prijaviti:", "Choose the position in which you want to log in:")      \
	X(101_01a_3, "vs101-01a.3", LABEL,                                                                             \
	  "Vpišite davčno številko organa / lokalne skupnosti, v imenu katerega se želite prijaviti.",                 \
	  "Enter the tax number of the state body / local community in whose name you want to log in.")                \
	X(101_01a_4x, "vs101-01a.4x", WARNING,                                                                         \
	  "Povezave potrdila z davčno številko trenutno ni mogoče preveriti. Poskusite znova.",                        \
	  "The link of the certificate to the tax number cannot be checked at the moment. Try again.")                 \
	X(101_01a_5b, "vs101-01a.5b", WARNING,                                                                         \
	  "Serijska številka kvalificiranega potrdila, ki ga uporabljate, ni povezana z davčno "                     \
	  "številko, ki ste jo izbrali.",                                                                              \
	  "The serial number of the qualified certificate that you use is not linked to the tax number "               \
	  "that you have chosen.")                                                                                     \
	X(231_01_1, "vs231-01.1", LABEL, "Tip položaja", "Position type")                                              \
	X(231_02_2a, "vs231-02.2a", WARNING, "V PRS z izbrano matično številko ni vpisan noben subjekt.",              \
	  "No subject with the chosen registration number is entered in the business register.")                       \
	X(231_02_2x, "vs231-02.2x", WARNING, "Poslovni register trenutno ni dosegljiv. Poskusite znova.",              \
	  "The business register cannot be reached at the moment. Try again.")                                         \
	X(231_02_5a, "vs231-02.5a", WARNING,                                                                           \
	  "Pravnoorganizacijska oblika subjekta z izbrano matično številko ni dovoljena za tip "                     \
	  "položaja, ki ste ga izbrali.",                                                                              \
	  "The legal form of the subject with the chosen registration number is not allowed for the "                  \
	  "position type that you have chosen.")                                                                       \
	X(231_02_6x, "vs231-02.6x", WARNING,                                                                           \
	  "Subjekt z izbrano matično številko je v eCEU vpisan s tipom položaja {1}. Izberite ta tip položaja.",       \
	  "The subject with the chosen registration number is entered in eCEU with the position {1}. Choose that "     \
	  "position.")                                                                                                 \
	X(231_blocked, "vs231-02.6b", WARNING,                                                                         \
	  "Subjekt »{1}« je blokiran, zato ga ni mogoče vpisati kot administratorja.",                                 \
	  "The subject »{1}« is blocked, and cannot be entered as an administrator therefore.")                        \
	X(231_03_1, "vs231-03.1", LABEL, "Izberite uporabniško skupino, ki jo bo administriral.",                      \
	  "Choose the user group that it will administer.")                                                            \
	X(231_03_1x, "vs231-03.1x", WARNING, "Izberite natanko eno od uporabniških skupin na seznamu.",                \
	  "Choose exactly one of the listed user groups.")                                                             \
	X(231_03_3a, "vs231-03.3a", WARNING,                                                                           \
	  "Izbrani administrirani tip US je v varnostni shemi že vpisan pri drugem zunanjem "                         \
	  "administratorju.",                                                                                          \
	  "The chosen administered group is already entered with another external administrator in the "               \
	  "security scheme.")                                                                                          \
	X(231_03_3b, "vs231-03.3b", WARNING,                                                                           \
	  "Izbrani administrirani tip US je v varnostni shemi že vpisan pri tem zunanjem "                            \
	  "administratorju.",                                                                                          \
	  "The chosen administered group is already entered with this external administrator in the "                  \
	  "security scheme.")                                                                                          \
	X(231_05, "vs231-05", DONE, "{1} je vpisan kot zunanji administrator.",                                        \
	  "{1} has been entered as an external administrator.")                                                        \
	X(business_address, "vs231-02.4", LABEL, "Poslovni naslov", "Business address")                                \
	X(email, "vs231-02.4", LABEL, "Elektronski naslov", "E-mail address")                                          \
	X(email_x, "vs231-02.4", WARNING, "Vpišite elektronski naslov.", "Enter an e-mail address.")                   \
	X(button_enter, "vg-button", LABEL, "Vpiši administratorja", "Enter the administrator")                        \
	X(mail_administrator_entered, "vg-mail", MAIL,                                                                 \
	  "Obveščamo vas, da ste vpisani kot zunanji administrator uporabniške skupine {1}.",                          \
	  "You have been entered as the external administrator of the user group {1}.")                                \
	X(calls, "vg-calls", LABEL, "Klici in zavrnitve, najnovejši prvi:", "Calls and refusals, the newest first:")   \
	X(calls_none, "vg-calls", INFO, "V tem delu revizijske sledi ni vaših klicev.",                                \
	  "There are no calls of yours in this part of the audit trail.")                                              \
	X(call_request, "vg-calls", LABEL, "Oznaka zahteve", "Request id")                                             \
	X(call_code, "vg-calls", LABEL, "Koda", "Code")                                                                \
	X(call_reason, "vg-calls", LABEL, "Razlog", "Reason")                                                          \
	X(call_remedy, "vg-calls", LABEL, "Ukrep", "Remedy")                                                           \
	X(call_receipt, "vg-calls", LABEL, "Potrdilo o zapisu", "Receipt")                                             \
	X(button_older, "vg-button", LABEL, "Starejši", "Older")                                                       \
	X(button_newest, "vg-button", LABEL, "Najnovejši", "Newest")                                                   \
	X(cases, "vg-cases", LABEL, "Vaše zadeve, najnovejša prva:", "Your cases, the newest first:")                  \
	X(cases_none, "vg-cases", INFO, "Nimate še nobene zadeve.", "You have no cases yet.")                          \
	X(case_end, "vg-cases", LABEL, "Razlog, dan in avtor konca", "Reason, day and author of the end")              \
	X(case_reason, "vg-cases", LABEL, "Obrazložitev odločitve", "Reason of the decision")                          \
	X(dossier, "vg-cases", LABEL, "Spis zadeve (ZIP)", "File of the case (ZIP)")                                   \
	X(certificates, "vg-certificates", LABEL,                                                                      \
	  "Potrdila vaših registracij:", "The certificates of your registrations:")                                    \
	X(cert_days, "vg-certificates", LABEL, "Še dni veljavno", "Days of validity left")                             \
	X(certificate_old, "vg-certificates", LABEL, "Prejšnje potrdilo", "The certificate before")                    \
	X(certificate_old_until, "vg-certificates", LABEL, "Za klice velja še do", "Good for calls until")             \
	X(certificate_try, "vg-certificates", INFO,                                                                    \
	  "Preizkusite potrdilo, preden ga zamenjate: preverimo izdajatelja, edinstvenost in "                         \
	  "veljavnost. Ničesar ne zapišemo.",                                                                          \
	  "Try a certificate before you change to it: issuer, uniqueness and validity are tested. "                    \
	  "Nothing is written.")                                                                                       \
	X(certificate_good, "vg-certificates", DONE, "Potrdilo je mogoče uporabiti.", "The certificate can be used.")  \
	X(mail_expires, "vg-mail", MAIL,                                                                               \
	  "Obveščamo vas, da potrdilo za klic spletne storitve v uporabniški skupini {1} ({2}) kmalu "              \
	  "poteče; število dni do poteka: {3}. Pravočasno ga zamenjajte (sprememba podatkov za uporabo "            \
	  "spletnih storitev); sicer klici ne bodo več mogoči.",                                                       \
	  "The certificate for calling the web service in the user group {1} ({2}) expires soon; days "                \
	  "left: {3}. Replace it in time (change of data for the use of web services); otherwise calls "               \
	  "will not be possible any more.")
#endif
