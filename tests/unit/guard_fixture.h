/* tests/unit/guard_fixture.h - a small schema in a temporary folder and one service on it, for the tests,
 * the torture and the fuzz target of the guard. */
#ifndef GW_TESTS_GUARD_FIXTURE_H
#define GW_TESTS_GUARD_FIXTURE_H
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gateway/call/guard.h"

#define FIXTURE_NS "urn:test:1"
#define FIXTURE_ACTION "urn:test:1/Do"
#define FIXTURE_SOAP11 "http://schemas.xmlsoap.org/soap/envelope/"
#define FIXTURE_SOAP12 "http://www.w3.org/2003/05/soap-envelope"
#define ENVELOPE(ns, inside) "<s:Envelope xmlns:s=\"" ns "\">" inside "</s:Envelope>"
#define BODY11(payload) ENVELOPE(FIXTURE_SOAP11, "<s:Body>" payload "</s:Body>")
#define BODY12(payload) ENVELOPE(FIXTURE_SOAP12, "<s:Body>" payload "</s:Body>")
#define REQ(inside) "<r:Req xmlns:r=\"" FIXTURE_NS "\">" inside "</r:Req>"

static const char fixture_types[] =
	"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns='urn:test:types:1'"
	" targetNamespace='urn:test:types:1' elementFormDefault='qualified'>"
	"<xs:simpleType name='Emso'><xs:restriction base='xs:string'><xs:pattern value='[0-9]{13}'/>"
	"</xs:restriction></xs:simpleType>"
	"<xs:attribute name='oznaka' type='xs:string'/>"
	"</xs:schema>";

static const char fixture_main[] =
	"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns:t='urn:test:types:1' xmlns='urn:test:1'"
	" targetNamespace='urn:test:1' elementFormDefault='qualified'>"
	"<xs:import namespace='urn:test:types:1' schemaLocation='types.xsd'/>"
	"<xs:complexType name='Oseba'><xs:sequence><xs:element name='ime' type='xs:string'/></xs:sequence>"
	"</xs:complexType>"
	"<xs:complexType name='Direktor'><xs:complexContent><xs:extension base='Oseba'><xs:sequence>"
	"<xs:element name='naziv' "
	"type='xs:string'/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>"
	"<xs:complexType name='Tuj'><xs:sequence><xs:element name='karkoli' type='xs:string'/></xs:sequence>"
	"</xs:complexType>"
	"<xs:simpleType name='Vrsta'><xs:restriction base='xs:string'><xs:enumeration value='A'/>"
	"<xs:enumeration value='B'/></xs:restriction></xs:simpleType>"
	"<xs:simpleType name='Stevilo'><xs:restriction base='xs:int'><xs:minInclusive value='1'/>"
	"<xs:maxInclusive value='9'/></xs:restriction></xs:simpleType>"
	"<xs:simpleType name='Kratko'><xs:restriction base='xs:string'><xs:maxLength "
	"value='3'/></xs:restriction>"
	"</xs:simpleType>"
	"<xs:element name='Other' type='xs:string'/>"
	"<xs:element name='Req'><xs:complexType><xs:sequence>"
	"<xs:element name='emso' type='t:Emso' minOccurs='0'/>"
	"<xs:element name='maticna' type='xs:string' minOccurs='0'/>"
	"<xs:element name='davcna' type='xs:token' minOccurs='0'/>"
	"<xs:element name='namen' type='xs:token' minOccurs='0'/>"
	"<xs:element name='stavba' minOccurs='0' maxOccurs='2000'><xs:complexType><xs:sequence>"
	"<xs:element name='ko' type='Stevilo' minOccurs='0'/></xs:sequence></xs:complexType></xs:element>"
	"<xs:element name='oseba' type='Oseba' minOccurs='0'/>"
	"<xs:element name='vrsta' type='Vrsta' minOccurs='0'/>"
	"<xs:element name='kratko' type='Kratko' minOccurs='0'/>"
	"<xs:element name='datum' type='xs:date' minOccurs='0'/>"
	"<xs:element name='opomba' nillable='true' minOccurs='0' "
	"maxOccurs='5000'><xs:complexType><xs:simpleContent>"
	"<xs:extension base='xs:string'><xs:attribute name='a' type='xs:string'/><xs:attribute name='b' "
	"type='xs:string'/>"
	"<xs:attribute name='c' type='xs:string'/><xs:attribute name='d' type='Kratko'/>"
	"<xs:attribute ref='t:oznaka'/></xs:extension></xs:simpleContent></xs:complexType></xs:element>"
	"</xs:sequence></xs:complexType></xs:element>"
	"</xs:schema>";

struct fixture {
	char dir[64], types[96], main[96];
	struct guard_service service;
	struct guard_set *set;
	struct guard *guard;
};

static inline int fixture_write(const char *path, const char *text) {
	FILE *f = fopen(path, "w");
	int bad = !f || fputs(text, f) < 0;
	return (f ? fclose(f) : 0) || bad;
}

static inline int fixture_files(struct fixture *f) {
	snprintf(f->dir, sizeof(f->dir), "/tmp/guard.XXXXXX");
	if (!mkdtemp(f->dir)) {
		return 1;
	}
	snprintf(f->types, sizeof(f->types), "%s/types.xsd", f->dir);
	snprintf(f->main, sizeof(f->main), "%s/main.xsd", f->dir);
	f->service = (struct guard_service){f->main, FIXTURE_NS, "Req", FIXTURE_ACTION, false};
	return fixture_write(f->types, fixture_types) || fixture_write(f->main, fixture_main);
}

static inline int fixture_open(struct fixture *f, const struct guard_limits *limits) {
	struct gw_err err = {0};
	*f = (struct fixture){0};
	if (fixture_files(f) || guard_set_load(&f->service, 1, limits, &f->set, &err) != GW_OK ||
	    guard_new(f->set, &f->guard, &err) != GW_OK) {
		fprintf(stderr, "fixture: %s\n", err.msg);
		return 1;
	}
	return 0;
}

static inline void fixture_close(struct fixture *f) {
	guard_free(f->guard);
	guard_set_free(f->set);
	unlink(f->types);
	unlink(f->main);
	rmdir(f->dir);
}

static inline struct guard_in fixture_in(const struct fixture *f, bool soap12, struct gw_span body) {
	const char *type = soap12 ? "application/soap+xml" : "text/xml; charset=utf-8";
	struct gw_span action = gw_span_of(soap12 ? NULL : "\"" FIXTURE_ACTION "\"");
	return (struct guard_in){&f->service, 0, gw_span_of(type), action, body};
}
#endif
