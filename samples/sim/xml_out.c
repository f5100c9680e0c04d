#include "samples/sim/xml_out.h"

static const xmlChar *xc(const char *text) {
	return (const xmlChar *)text;
}

static void check(struct xml_out *x, int rc) {
	x->failed = x->failed || rc < 0;
}

static const char *full(const struct xml_out *x, const char *name, char out[64]) {
	snprintf(out, 64, "%s%s", x->prefix, name);
	return out;
}

void xml_begin(struct xml_out *x, const char *root, const char *ns, const char *other_prefix, const char *other_ns) {
	char attribute[32];
	*x = (struct xml_out){.bytes = xmlBufferCreate(), .prefix = ""};
	x->writer = x->bytes ? xmlNewTextWriterMemory(x->bytes, 0) : NULL;
	if (!x->writer) {
		x->failed = true;
		return;
	}
	check(x, xmlTextWriterSetIndent(x->writer, 1));
	check(x, xmlTextWriterStartDocument(x->writer, NULL, "UTF-8", NULL));
	check(x, xmlTextWriterStartElement(x->writer, xc(root)));
	check(x, xmlTextWriterWriteAttribute(x->writer, xc("xmlns"), xc(ns)));
	if (other_ns) {
		snprintf(attribute, sizeof(attribute), "xmlns:%s", other_prefix);
		check(x, xmlTextWriterWriteAttribute(x->writer, xc(attribute), xc(other_ns)));
	}
}

bool xml_finish(struct xml_out *x, struct gw_buf *out) {
	if (x->writer) {
		check(x, xmlTextWriterEndDocument(x->writer));
		xmlFreeTextWriter(x->writer);
	}
	if (!x->failed && gw_buf_add(out, xmlBufferContent(x->bytes), (size_t)xmlBufferLength(x->bytes)) != GW_OK) {
		x->failed = true;
	}
	if (x->bytes) {
		xmlBufferFree(x->bytes);
	}
	return !x->failed;
}

void xml_open(struct xml_out *x, const char *name) {
	char tag[64];
	if (!x->failed) {
		check(x, xmlTextWriterStartElement(x->writer, xc(full(x, name, tag))));
	}
}

void xml_close(struct xml_out *x) {
	if (!x->failed) {
		check(x, xmlTextWriterEndElement(x->writer));
	}
}

void xml_text(struct xml_out *x, const char *name, const char *text) {
	char tag[64];
	if (!x->failed) {
		check(x, xmlTextWriterWriteElement(x->writer, xc(full(x, name, tag)), xc(text)));
	}
}

void xml_int(struct xml_out *x, const char *name, int64_t value) {
	char text[24];
	snprintf(text, sizeof(text), "%lld", (long long)value);
	xml_text(x, name, text);
}

void xml_identifier(struct xml_out *x, const char *prefix, const struct property *p) {
	const char *before = x->prefix;
	x->prefix = prefix;
	xml_open(x, p->kind == PROPERTY_PARCEL ? "Parcela" : p->kind == PROPERTY_BUILDING ? "Stavba" : "DelStavbe");
	xml_int(x, "Ko", p->ko);
	if (p->kind == PROPERTY_PARCEL) {
		xml_text(x, "Stevilka", p->parcel);
	} else if (p->kind == PROPERTY_BUILDING) {
		xml_int(x, "Stevilka", p->building);
	} else {
		xml_int(x, "StevilkaStavbe", p->building);
		xml_int(x, "Stevilka", p->part);
	}
	xml_close(x);
	x->prefix = before;
}
