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
	X(207_04_1a, "vs207-04.1a", LABEL, "Vnos podatkov odjemalca z izbiro obstoječega odjemalca",                   \
	  "Use an existing client")                                                                                    \
	X(207_04_1b, "vs207-04.1b", LABEL, "Vnos novega odjemalca", "Enter a new client")                              \
	X(207_04_2x, "vs207-04.2x", WARNING, "Izberite enega od svojih odjemalcev ali vnos novega.",                   \
	  "Choose one of your clients, or enter a new one.")                                                           \
	X(207_04_3n, "vs207-04.3n", LABEL, "poljubno ime, ki ga določite za vašega odjemalca",                         \
	  "any name that you give your client")                                                                        \
	X(207_04_3u, "vs207-04.3u", LABEL, "Več preusmeritvenih URI se loči z vejico",                                 \
	  "Separate several redirect URIs by commas")                                                                  \
	X(207_04_3x_name, "vs207-04.3x", WARNING, "Vpišite ime odjemalca (največ 200 bajtov).",                        \
	  "Enter a name of the client (at most 200 bytes).")                                                           \
	X(207_04_3x_uris, "vs207-04.3x", WARNING,                                                                      \
	  "Vsak preusmeritveni URI mora biti različen in se začeti s https://, brez fragmenta (#).",                   \
	  "Each redirect URI must be different and begin with https://, without a fragment (#).")                      \
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
	X(208_at_once, "vs208-01.3", INFO, "Novo potrdilo bo začelo veljati takoj po potrditvi.",                      \
	  "The new certificate takes effect as soon as you confirm.")                                                  \
	X(208_approval_again, "vs208-01.3", WARNING,                                                                   \
	  "Davčna številka organizacije v potrdilu ni vaša. Sprememba potrebuje novo potrditev "                    \
	  "administratorja; do takrat klici niso mogoči.",                                                             \
	  "The organisation's tax number in the certificate is not yours. The change needs a new "                     \
	  "approval by the administrator; until then calls are not possible.")                                         \
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
	X(211_01_2a, "vs211-01.2a", LABEL, "potrditev novih uporabnikov", "approval of new users")                     \
	X(211_01_2b, "vs211-01.2b", LABEL, "izbris uporabnikov", "deletion of users")                                  \
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
	X(filter, "3.3.8", LABEL, "Filtriraj seznam", "Filter the list")                                               \
	X(filter_maticna, "3.3.8-id.1", LABEL, "MŠ", "Registration number")                                            \
	X(filter_emso, "3.3.8-id.1", LABEL, "EMŠO", "EMŠO")                                                            \
	X(filter_davcna, "3.3.8-id.1", LABEL, "DŠ", "Tax number")                                                      \
	X(filter_person, "3.3.8-nm.1", LABEL, "osebno ime", "personal name")                                           \
	X(filter_firm, "3.3.8-nm.1", LABEL, "firma", "firm")                                                           \
	X(filter_text, "3.3.8-id.2", LABEL, "Iskalni niz ali številka", "Search text or number")                       \
	X(application, "vs207-05", LABEL, "Prijava", "Application")                                                    \
	X(application_sha256, "vg-application", LABEL, "Zgoščena vrednost vloge (SHA-256)",                            \
	  "Digest of the application (SHA-256)")                                                                       \
	X(received, "vg-application", LABEL, "Oddano", "Submitted")                                                    \
	X(report, "vg-application", LABEL, "Poročilo o preverjanju vloge", "Report on the application")                \
	X(group, "vg-label", LABEL, "Uporabniška skupina", "User group")                                               \
	X(davcna, "vg-label", LABEL, "Davčna številka", "Tax number")                                                  \
	X(certificate, "vg-label", LABEL, "Potrdilo za klic", "Call certificate")                                      \
	X(cert_issuer, "vs207-03.2", LABEL, "Izdajatelj", "Issuer")                                                    \
	X(cert_serial, "vs207-03.2", LABEL, "Serijska številka", "Serial number")                                      \
	X(cert_subject, "vs207-03.2", LABEL, "Predmet", "Subject")                                                     \
	X(cert_digest, "vs207-03.2", LABEL, "Zgoščena vrednost (SHA-256)", "Digest (SHA-256)")                         \
	X(cert_until, "vg-label", LABEL, "Velja do", "Valid until")                                                    \
	X(cert_organisation, "vg-label", LABEL, "Davčna številka organizacije v potrdilu",                             \
	  "Organisation's tax number in the certificate")                                                              \
	X(possession_missing, "vg-possession", WARNING, "Posest zasebnega ključa tega potrdila še ni dokazana.",       \
	  "Possession of this certificate's private key has not been proven yet.")                                     \
	X(organisation_differs, "vg-organisation", WARNING,                                                            \
	  "Davčna številka organizacije v potrdilu se ne ujema z davčno številko uporabnika.",                         \
	  "The organisation's tax number in the certificate is not the user's tax number.")                            \
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
	X(choose_one, "vg-choice", WARNING, "Izberite eno od možnosti.", "Choose one of the options.")                 \
	X(field_needed, "vg-field", WARNING, "Polje je obvezno.", "The field is mandatory.")                           \
	X(login_over, "vg-login", WARNING,                                                                             \
	  "Registracija, s katero ste se prijavili, ni več aktivna. Prijavite se znova.",                              \
	  "The registration with which you logged in is no longer active. Log in again.")                              \
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
	X(mail_title, "vg-mail", MAIL, "Obvestilo sistema eSodstvo", "Notice of the eSodstvo system")                  \
	X(mail_orphaned, "vg-mail", MAIL,                                                                              \
	  "V uporabniški skupini {1}, ki nima aktivnega administratorja, je oddana nova prijava. Čaka, "             \
	  "dokler administrator ni vpisan.",                                                                           \
	  "In the user group {1}, which has no active administrator, a new application has been "                      \
	  "submitted. It waits until an administrator is entered.")                                                    \
	X(mail_cascaded, "vg-mail", MAIL,                                                                              \
	  "Obveščamo vas, da ste kot pooblaščenec samostojnega uporabnika {1} v uporabniški skupini {2} "         \
	  "izbrisani, ker je izbrisana registracija samostojnega uporabnika.",                                         \
	  "As an authorised person of the independent user {1} in the user group {2} you have been "                   \
	  "deleted, because the independent user's registration has been deleted.")                                    \
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
	  "the web service.")
#endif
