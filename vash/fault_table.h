/* vash/fault_table.h - every refusal that a caller can meet: stable code, HTTP status, who must act, both languages.
 * One row each; docs/ERRORS.md is generated from it. Codes are never reused or renumbered.
 * Groups: H HTTP · C certificate · A authorisation · X XML and SOAP · B business rules · U backend · P procedures · S
 * service.
 *
 * X(name, code, form, http, sender, sl, en, remedy_sl, remedy_en)
 *   form: PLAIN = plain text reply with X-Vashgate-Code, SOAP = SOAP fault (500; SOAP 1.2 Sender: 400)
 *   sender: 1 = the caller must mend something, 0 = the service */
#ifndef GW_VASH_FAULT_TABLE_H
#define GW_VASH_FAULT_TABLE_H

#define VASH_FAULTS(X)                                                                                                  \
	X(HTTP_MALFORMED, "VG-H01", PLAIN, 400, 1, "Zahteva HTTP je napačno oblikovana.",                               \
	  "The HTTP request is malformed.", "Zahteva mora biti v skladu z RFC 9112.",                                   \
	  "Send a request that follows RFC 9112.")                                                                      \
	X(HTTP_FRAMING, "VG-H02", PLAIN, 400, 1, "Dolžina telesa zahteve HTTP ni enoumna.",                             \
	  "The length of the HTTP request body is ambiguous.",                                                          \
	  "Navedite natanko eno glavo Content-Length ali Transfer-Encoding: chunked, nikoli obeh.",                     \
	  "Send exactly one Content-Length, or Transfer-Encoding: chunked, never both.")                                \
	X(HTTP_NOT_FOUND, "VG-H03", PLAIN, 404, 1, "Na tej poti ni storitve.", "There is no service at this path.",     \
	  "Preverite naslov v opisu WSDL.", "Check the address in the WSDL.")                                           \
	X(HTTP_METHOD, "VG-H04", PLAIN, 405, 1, "Metoda HTTP ni dovoljena.", "The HTTP method is not allowed.",         \
	  "Storitev kličite z metodo POST, opis WSDL berite z GET <pot>?wsdl.",                                         \
	  "Call the service with POST; read its WSDL with GET <path>?wsdl.")                                            \
	X(HTTP_LENGTH, "VG-H05", PLAIN, 411, 1, "Dolžina telesa zahteve ni navedena.",                                  \
	  "The length of the request body is not stated.", "Navedite Content-Length ali Transfer-Encoding: chunked.",   \
	  "Send Content-Length or Transfer-Encoding: chunked.")                                                         \
	X(HTTP_TOO_LARGE, "VG-H06", PLAIN, 413, 1, "Telo zahteve je preveliko.", "The request body is too large.",      \
	  "Zahtevo razdelite na manjše.", "Split the request into smaller ones.")                                       \
	X(HTTP_URI_LONG, "VG-H07", PLAIN, 414, 1, "Naslov zahteve je predolg.", "The request target is too long.",      \
	  "Preverite naslov v opisu WSDL.", "Check the address in the WSDL.")                                           \
	X(HTTP_MEDIA, "VG-H08", PLAIN, 415, 1, "Vrsta vsebine ni podprta.", "The media type is not supported.",         \
	  "Pošljite text/xml (SOAP 1.1), application/soap+xml (SOAP 1.2) ali multipart/related z XOP, v naboru UTF-8.", \
	  "Send text/xml (SOAP 1.1), application/soap+xml (SOAP 1.2) or multipart/related with XOP, in UTF-8.")         \
	X(HTTP_EXPECT, "VG-H09", PLAIN, 417, 1, "Pričakovanje (Expect) ni podprto.",                                    \
	  "The expectation is not supported.", "Podprto je samo Expect: 100-continue.",                                 \
	  "Only Expect: 100-continue is supported.")                                                                    \
	X(HTTP_HOST, "VG-H10", PLAIN, 421, 1, "Ta strežnik ne streže navedenemu gostitelju (Host).",                    \
	  "This server does not serve the host named in Host.", "Kličite ime gostitelja iz opisa WSDL.",                \
	  "Call the host name given in the WSDL.")                                                                      \
	X(HTTP_HEAD_LARGE, "VG-H11", PLAIN, 431, 1, "Glava zahteve HTTP je prevelika.",                                 \
	  "The HTTP request head is too large.", "Zmanjšajte število ali velikost glav.",                               \
	  "Send fewer or smaller header fields.")                                                                       \
	X(HTTP_CODING, "VG-H12", PLAIN, 501, 1, "Kodiranje ali metoda HTTP ni izvedena.",                               \
	  "The transfer coding or HTTP method is not implemented.", "Pošljite POST brez kodiranja ali chunked.",        \
	  "Send POST, unencoded or chunked.")                                                                           \
	X(HTTP_VERSION, "VG-H13", PLAIN, 505, 1, "Različica HTTP ni podprta.", "The HTTP version is not supported.",    \
	  "Uporabite HTTP/1.1.", "Use HTTP/1.1.")                                                                       \
	X(HTTP_INCOMPLETE, "VG-H14", PLAIN, 400, 1,                                                                     \
	  "Klicatelj je odšel ali zamudil rok, preden je bila zahteva obravnavana.",                                    \
	  "The caller left, or missed a deadline, before the request was dealt with.",                                  \
	  "Pošljite celotno zahtevo v dovoljenem času in počakajte na odgovor.",                                        \
	  "Send the whole request within the time allowed, and wait for the reply.")                                    \
	X(CERT_SELF_SIGNED, "VG-C01", SOAP, 500, 1, "Potrdilo je samopodpisano.", "The certificate is self-signed.",    \
	  "Uporabite kvalificirano potrdilo dovoljenega izdajatelja (SI-TRUST, Halcom, Rekono).",                       \
	  "Use a qualified certificate of an allowed issuer (SI-TRUST, Halcom, Rekono).")                               \
	X(CERT_UNKNOWN_ISSUER, "VG-C02", SOAP, 500, 1, "Izdajatelj potrdila ni dovoljen ali veriga ni popolna.",        \
	  "The issuer of the certificate is not allowed, or the chain is incomplete.",                                  \
	  "Uporabite potrdilo dovoljenega izdajatelja in pošljite tudi vmesna potrdila.",                               \
	  "Use a certificate of an allowed issuer and send the intermediate certificates too.")                         \
	X(CERT_EXPIRED, "VG-C03", SOAP, 500, 1, "Potrdilo ali potrdilo v njegovi verigi je poteklo.",                   \
	  "The certificate, or one in its chain, has expired.", "Registrirajte novo potrdilo (vs208).",                 \
	  "Register a new certificate (vs208).")                                                                        \
	X(CERT_NOT_YET_VALID, "VG-C04", SOAP, 500, 1, "Potrdilo še ni veljavno.", "The certificate is not yet valid.",  \
	  "Počakajte na začetek veljavnosti ali preverite uro.", "Wait until it is valid, or check the clock.")         \
	X(CERT_KEY_USAGE, "VG-C05", SOAP, 500, 1, "Namen uporabe ključa v potrdilu ne dovoljuje klica.",                \
	  "The key usage of the certificate does not allow calls.",                                                     \
	  "Uporabite potrdilo z digitalnim podpisom in brez EKU ali z EKU clientAuth.",                                 \
	  "Use a certificate with digitalSignature and without EKU, or with EKU clientAuth.")                           \
	X(CERT_KEY_WEAK, "VG-C06", SOAP, 500, 1, "Ključ ali podpis potrdila je prešibek.",                              \
	  "The key or the signature of the certificate is too weak.",                                                   \
	  "Uporabite RSA vsaj 2048 bitov ali EC vsaj 256.", "Use RSA of at least 2048 bits or EC of at least 256.")     \
	X(CERT_NOT_QUALIFIED, "VG-C07", SOAP, 500, 1, "Potrdilo ni kvalificirano.",                                     \
	  "The certificate is not qualified.",                                                                          \
	  "Uporabite kvalificirano potrdilo za podpis, žig ali avtentikacijo spletišč.",                                \
	  "Use a qualified certificate for signature, seal or website authentication.")                                 \
	X(CERT_REVOKED, "VG-C08", SOAP, 500, 1, "Potrdilo je preklicano.", "The certificate is revoked.",               \
	  "Registrirajte novo potrdilo (vs208).", "Register a new certificate (vs208).")                                \
	X(CERT_REVOCATION_UNKNOWN, "VG-C09", SOAP, 500, 0, "Ni znano, ali je potrdilo preklicano.",                     \
	  "Whether the certificate is revoked is not known.",                                                           \
	  "Pokličite čez nekaj minut; če se ponavlja, obvestite skrbnika prehoda.",                                     \
	  "Call again in a few minutes; if it goes on, tell the operator of the gateway.")                              \
	X(CERT_CHAIN, "VG-C10", SOAP, 500, 1, "Veriga potrdila ni veljavna.", "The certificate chain is not valid.",    \
	  "Pošljite verigo, kot jo objavlja izdajatelj.", "Send the chain as the issuer publishes it.")                 \
	X(AUTH_NOT_REGISTERED, "VG-A01", SOAP, 500, 1, "Potrdilo ni registrirano za spletne storitve.",                 \
	  "The certificate is not registered for web services.", "Potrdilo registrirajte (vs207).",                     \
	  "Register the certificate (vs207).")                                                                          \
	X(AUTH_AUTHORISED_PERSON, "VG-A02", SOAP, 500, 1,                                                               \
	  "Pooblaščenec ne more klicati spletne storitve s svojim potrdilom.",                                          \
	  "An authorised person cannot call a web service with a certificate of his own.",                              \
	  "Kličite s potrdilom samostojnega uporabnika.", "Call with the certificate of the independent user.")         \
	X(AUTH_OTHER_GROUP, "VG-A03", SOAP, 500, 1, "Potrdilo je registrirano za drugo spletno storitev.",              \
	  "The certificate is registered for another web service.", "Registrirajte se še za to storitev (vs207).",      \
	  "Register for this service as well (vs207).")                                                                 \
	X(AUTH_PENDING, "VG-A04", SOAP, 500, 1, "Prijava čaka na potrditev.", "The application awaits approval.",       \
	  "Počakajte na obvestilo administratorja.", "Wait for the administrator's notice.")                            \
	X(AUTH_DELETED, "VG-A05", SOAP, 500, 1, "Registracija za to storitev je izbrisana.",                            \
	  "The registration for this service has been deleted.", "Znova se registrirajte (vs207).",                     \
	  "Register again (vs207).")                                                                                    \
	X(AUTH_BLOCKED, "VG-A06", SOAP, 500, 1, "Dostop je blokiran.", "Access is blocked.",                            \
	  "Obrnite se na administratorja.", "Contact the administrator.")                                               \
	X(AUTH_SUBJECT_DELETED, "VG-A07", SOAP, 500, 1, "Subjekt je izbrisan iz Poslovnega registra.",                  \
	  "The subject is deleted in the business register.", "Uredite vpis v Poslovnem registru (AJPES).",             \
	  "Settle the entry in the business register (AJPES).")                                                         \
	X(AUTH_POSITION, "VG-A08", SOAP, 500, 1, "Položaj subjekta ne dovoljuje uporabe te storitve.",                  \
	  "The position of the subject does not allow this service.", "Storitev ni na voljo za vašo vrsto subjekta.",   \
	  "The service is not available to your kind of subject.")                                                      \
	X(AUTH_CLIENT_REQUIRED, "VG-A09", SOAP, 500, 1, "Za to storitev je potreben žeton odjemalca.",                  \
	  "This service requires a client token.", "Pridobite žeton OAuth 2, vezan na potrdilo (RFC 8705).",            \
	  "Obtain a certificate-bound OAuth 2 token (RFC 8705).")                                                       \
	X(XML_NOT_WELL_FORMED, "VG-X01", SOAP, 500, 1, "Sporočilo XML ni pravilno oblikovano.",                         \
	  "The XML message is not well-formed.", "Popravite sporočilo XML.", "Mend the XML message.")                   \
	X(XML_NAMESPACE, "VG-X02", SOAP, 500, 1, "Imenski prostori v sporočilu niso pravilni.",                         \
	  "The namespaces in the message are not well-formed.", "Deklarirajte vse predpone.", "Declare every prefix.")  \
	X(XML_ENCODING, "VG-X03", SOAP, 500, 1, "Nabor znakov ni UTF-8.", "The character encoding is not UTF-8.",       \
	  "Pošljite sporočilo v naboru UTF-8.", "Send the message in UTF-8.")                                           \
	X(XML_UTF16, "VG-X04", SOAP, 500, 1, "Nabor UTF-16 ni podprt.", "UTF-16 is not supported.",                     \
	  "Pošljite sporočilo v naboru UTF-8.", "Send the message in UTF-8.")                                           \
	X(XML_DTD, "VG-X05", SOAP, 500, 1, "Sporočilo vsebuje DTD.", "The message contains a DTD.",                     \
	  "Odstranite DOCTYPE.", "Remove the DOCTYPE.")                                                                 \
	X(XML_PI, "VG-X06", SOAP, 500, 1, "Sporočilo vsebuje procesno navodilo.",                                       \
	  "The message contains a processing instruction.", "Odstranite procesna navodila.",                            \
	  "Remove processing instructions.")                                                                            \
	X(XML_DEPTH, "VG-X07", SOAP, 500, 1, "Sporočilo je pregloboko gnezdeno.", "The message is nested too deeply.",  \
	  "Preverite sporočilo glede na shemo.", "Check the message against the schema.")                               \
	X(XML_ELEMENTS, "VG-X08", SOAP, 500, 1, "Sporočilo ima preveč elementov.",                                      \
	  "The message has too many elements.", "Zahtevo razdelite na manjše.",                                         \
	  "Split the request into smaller ones.")                                                                       \
	X(XML_ATTRIBUTES, "VG-X09", SOAP, 500, 1, "Sporočilo ima preveč atributov.",                                    \
	  "The message has too many attributes.", "Preverite sporočilo glede na shemo.",                                \
	  "Check the message against the schema.")                                                                      \
	X(XML_NAMESPACES, "VG-X10", SOAP, 500, 1, "Sporočilo ima preveč deklaracij imenskih prostorov.",                \
	  "The message has too many namespace declarations.", "Deklarirajte samo potrebne predpone.",                   \
	  "Declare only the prefixes that are used.")                                                                   \
	X(XML_TOO_LONG, "VG-X11", SOAP, 500, 1, "Ime ali vrednost v sporočilu je predolga.",                            \
	  "A name or a value in the message is too long.", "Preverite sporočilo glede na shemo.",                       \
	  "Check the message against the schema.")                                                                      \
	X(SOAP_NOT_SOAP, "VG-X12", SOAP, 500, 1, "Sporočilo ni ovojnica SOAP.", "The message is not a SOAP envelope.",  \
	  "Pošljite ovojnico SOAP 1.1 ali 1.2.", "Send a SOAP 1.1 or 1.2 envelope.")                                    \
	X(SOAP_VERSION, "VG-X13", SOAP, 500, 1, "Različica SOAP se ne ujema z vrsto vsebine.",                          \
	  "The SOAP version does not fit the media type.", "SOAP 1.1: text/xml; SOAP 1.2: application/soap+xml.",       \
	  "SOAP 1.1: text/xml; SOAP 1.2: application/soap+xml.")                                                        \
	X(SOAP_ENVELOPE, "VG-X14", SOAP, 500, 1, "Ovojnica vsebuje kaj drugega kot Header in Body.",                    \
	  "The envelope holds something else than Header and Body.", "Ovojnica sme imeti samo Header in Body.",         \
	  "The envelope may hold Header and Body only.")                                                                \
	X(SOAP_NO_BODY, "VG-X15", SOAP, 500, 1, "Ovojnica nima elementa Body.", "The envelope has no Body.",            \
	  "Dodajte element Body.", "Add a Body.")                                                                       \
	X(SOAP_BODY_EMPTY, "VG-X16", SOAP, 500, 1, "Element Body je prazen.", "The Body is empty.",                     \
	  "V Body vstavite zahtevo storitve.", "Put the request of the service into the Body.")                         \
	X(SOAP_BODY_MANY, "VG-X17", SOAP, 500, 1, "Element Body ima več kot en element.",                               \
	  "The Body has more than one child.", "V Body vstavite natanko eno zahtevo.",                                  \
	  "Put exactly one request into the Body.")                                                                     \
	X(SOAP_WRONG_ELEMENT, "VG-X18", SOAP, 500, 1, "Zahteva ne pripada tej storitvi.",                               \
	  "The request does not belong to this service.", "Preverite element zahteve v opisu WSDL.",                    \
	  "Check the request element in the WSDL.")                                                                     \
	X(SOAP_MUST_UNDERSTAND, "VG-X19", SOAP, 500, 1, "Obvezna glava SOAP ni podprta.",                               \
	  "A mandatory SOAP header is not supported.", "Odstranite glavo z mustUnderstand.",                            \
	  "Remove the header marked mustUnderstand.")                                                                   \
	X(SOAP_ACTION_MISSING, "VG-X20", SOAP, 500, 1, "Glava SOAPAction manjka.",                                      \
	  "The SOAPAction header is missing.", "Pošljite SOAPAction iz opisa WSDL, v narekovajih.",                     \
	  "Send the SOAPAction of the WSDL, in quotes.")                                                                \
	X(SOAP_ACTION, "VG-X21", SOAP, 500, 1, "SOAPAction se ne ujema s storitvijo.",                                  \
	  "SOAPAction does not fit the service.", "Pošljite SOAPAction iz opisa WSDL, v narekovajih.",                  \
	  "Send the SOAPAction of the WSDL, in quotes.")                                                                \
	X(XML_INVALID, "VG-X22", SOAP, 500, 1, "Zahteva ni veljavna po shemi XSD.",                                     \
	  "The request is not valid against the XSD.", "Popravite navedeni element.",                                   \
	  "Mend the element that is named.")                                                                            \
	X(XML_MIME, "VG-X23", SOAP, 500, 1, "Sporočilo MIME ni pravilno oblikovano.",                                   \
	  "The MIME message is malformed.", "Pošljite multipart/related po RFC 2387 s korenskim delom XOP.",            \
	  "Send multipart/related as in RFC 2387 with an XOP root part.")                                               \
	X(XML_XOP, "VG-X24", SOAP, 500, 1, "Priponke v zahtevi niso dovoljene.",                                        \
	  "Attachments are not allowed in the request.", "Odstranite xop:Include in dodatne dele.",                     \
	  "Remove xop:Include and further parts.")                                                                      \
	X(RULE_EMSO, "VG-B01", SOAP, 500, 1, "EMŠO ni pravilna.", "The EMSO is not correct.",                           \
	  "Preverite datum in kontrolno števko.", "Check its date and check digit.")                                    \
	X(RULE_MATICNA, "VG-B02", SOAP, 500, 1, "Matična številka ni pravilna.",                                        \
	  "The registration number is not correct.", "Preverite kontrolno števko.", "Check its check digit.")           \
	X(RULE_DAVCNA, "VG-B03", SOAP, 500, 1, "Davčna številka ni pravilna.", "The tax number is not correct.",        \
	  "Preverite kontrolno števko.", "Check its check digit.")                                                      \
	X(RULE_FOREIGN, "VG-B04", SOAP, 500, 1, "Storitev vrača samo podatke o uporabniku, ki kliče.",                  \
	  "The service answers about the calling user only.", "Izpustite EMŠO / MŠ ali navedite svojo.",                \
	  "Leave the EMSO / registration number out, or give your own.")                                                \
	X(RULE_BUILDINGS, "VG-B05", SOAP, 500, 1, "V enem klicu je preveč stavb.", "Too many buildings in one call.",   \
	  "Zahtevo razdelite; dovoljenih je največ 50 stavb.", "Split the request; at most 50 buildings are allowed.")  \
	X(RULE_NO_NUMBER, "VG-B06", SOAP, 500, 1, "V eCEU ni vaše EMŠO / MŠ.",                                          \
	  "Your EMSO / registration number is not in eCEU.", "Obrnite se na administratorja.",                          \
	  "Contact the administrator.")                                                                                 \
	X(CASE_NOT_FOUND, "VG-P01", SOAP, 500, 1, "Take zadeve ali postopka ni.",                                       \
	  "There is no such case or procedure.", "Preverite zadevo, zapis prijave in korak.",                           \
	  "Check the case, the login record and the step.")                                                             \
	X(CASE_CONFLICT, "VG-P02", SOAP, 500, 1, "Zadeva je bila medtem spremenjena, zaključena ali je potekla.",       \
	  "The case has been changed or closed meanwhile, or has expired.", "Preberite zadevo znova.",                  \
	  "Read the case again.")                                                                                       \
	X(CASE_NOT_PERSONAL, "VG-P03", SOAP, 500, 1, "Potrdilo ni potrdilo osebe za elektronski podpis.",               \
	  "The certificate is not one of a person for electronic signature.",                                           \
	  "Postopke izvaja oseba s svojim kvalificiranim potrdilom.",                                                   \
	  "Procedures are carried out by a person with a qualified certificate.")                                       \
	X(CASE_LOGIN_FIRST, "VG-P04", SOAP, 500, 1, "Prijava manjka.", "The login is missing.",                         \
	  "Najprej izvedite vs101 in navedite zapis, ki ga vrne.",                                                      \
	  "Carry out vs101 first and send the record that it returns.")                                                 \
	X(CASE_NOT_LINKED, "VG-P05", SOAP, 500, 1, "Potrdilo ni povezano z navedenim organom.",                         \
	  "The certificate is not linked to the body that was named.", "Preverite davčno številko organa.",             \
	  "Check the body's tax number.")                                                                               \
	X(BACKEND_UNREACHABLE, "VG-U01", SOAP, 500, 0, "Zaledna storitev ni dosegljiva.",                               \
	  "The backend service cannot be reached.", "Poskusite pozneje.", "Try again later.")                           \
	X(BACKEND_TIMEOUT, "VG-U02", SOAP, 500, 0, "Zaledna storitev ni odgovorila pravočasno.",                        \
	  "The backend service did not answer in time.", "Poskusite pozneje.", "Try again later.")                      \
	X(BACKEND_BROKEN, "VG-U03", SOAP, 500, 0, "Odgovor zaledne storitve je pokvarjen ali prekinjen.",               \
	  "The reply of the backend service is broken or cut off.", "Poskusite pozneje.", "Try again later.")           \
	X(BACKEND_REPLY, "VG-U04", SOAP, 500, 0, "Zaledna storitev je odgovorila nepričakovano.",                       \
	  "The backend service answered unexpectedly.", "Poskusite pozneje.", "Try again later.")                       \
	X(OVERLOADED, "VG-S01", PLAIN, 503, 0, "Prehod je preobremenjen.", "The gateway is overloaded.",                \
	  "Poskusite znova po času iz Retry-After.", "Try again after the time in Retry-After.")                        \
	X(AUDIT_UNAVAILABLE, "VG-S02", PLAIN, 503, 0, "Revizijske sledi trenutno ni mogoče zapisati.",                  \
	  "The audit trail cannot be written at the moment.", "Poskusite znova po času iz Retry-After.",                \
	  "Try again after the time in Retry-After.")                                                                   \
	X(LIMIT_RATE, "VG-S03", PLAIN, 503, 1, "Preveč klicev v sekundi.", "Too many calls a second.",                  \
	  "Klice razporedite; poskusite po času iz Retry-After.",                                                       \
	  "Spread the calls; try after the time in Retry-After.")                                                       \
	X(LIMIT_IN_FLIGHT, "VG-S04", PLAIN, 503, 1, "Preveč hkratnih klicev.", "Too many calls at once.",               \
	  "Počakajte na odgovore prejšnjih klicev.", "Wait for the replies of earlier calls.")                          \
	X(INTERNAL, "VG-S06", PLAIN, 503, 0, "Notranja napaka prehoda.", "Internal error of the gateway.",              \
	  "Poskusite znova; sporočite oznako zahteve.", "Try again; report the request id.")
#endif
