#include "gateway/soap/fault.h"

#define NS_VASHGATE "urn:esodstvo:vashgate:1"

static bool is_soap(const struct fault_text *f) {
	return vash_fault_row(f->fault)->form == VASH_FORM_SOAP;
}

int fault_status(const struct fault_text *f) {
	const struct vash_fault_row *row = vash_fault_row(f->fault);
	bool client = row->sender && !f->must_understand && !f->version_mismatch;
	return is_soap(f) && f->soap == FAULT_SOAP12 && client ? 400 : row->http;
}

const char *fault_content_type(const struct fault_text *f) {
	if (!is_soap(f)) {
		return "text/plain; charset=utf-8";
	}
	return f->soap == FAULT_SOAP12 ? "application/soap+xml; charset=utf-8" : "text/xml; charset=utf-8";
}

enum gw_code fault_escape(struct gw_buf *out, const char *text) {
	enum gw_code rc = GW_OK;
	for (const char *p = text; *p && rc == GW_OK; p++) {
		unsigned char c = (unsigned char)*p;
		const char *entity = c == '&'	? "&amp;"
				     : c == '<' ? "&lt;"
				     : c == '>' ? "&gt;"
				     : c == '"' ? "&quot;"
						: NULL;
		if (entity) {
			rc = gw_buf_text(out, entity);
		} else {
			rc = gw_buf_add(out, c < ' ' && c != '\t' && c != '\n' ? "?" : p, 1);
		}
	}
	return rc;
}

static enum gw_code element(struct gw_buf *out, const char *name, const char *text, const char *more) {
	enum gw_code rc = gw_buf_addf(out, "<vg:%s>", name);
	rc = rc == GW_OK ? fault_escape(out, text) : rc;
	if (rc == GW_OK && more[0]) {
		rc = gw_buf_text(out, " / ");
		rc = rc == GW_OK ? fault_escape(out, more) : rc;
	}
	return rc == GW_OK ? gw_buf_addf(out, "</vg:%s>", name) : rc;
}

static enum gw_code napaka(const struct fault_text *f, struct gw_buf *out) {
	const struct vash_fault_row *row = vash_fault_row(f->fault);
	GW_AUTO(buf) struct gw_buf en;
	gw_buf_init(&en, 1024);
	enum gw_code rc = gw_buf_text(&en, row->en);
	if (rc == GW_OK && f->detail && f->detail[0]) {
		rc = gw_buf_addf(&en, " (%s)", f->detail);
	}
	const char *english = rc == GW_OK ? gw_buf_cstr(&en) : NULL;
	if (!english) {
		return GW_E_NOMEM;
	}
	rc = gw_buf_text(out, "<vg:Napaka xmlns:vg=\"" NS_VASHGATE "\">");
	rc = rc == GW_OK ? element(out, "koda", row->code, "") : rc;
	rc = rc == GW_OK ? element(out, "sl", row->sl, "") : rc;
	rc = rc == GW_OK ? element(out, "en", english, "") : rc;
	rc = rc == GW_OK ? element(out, "remedy", row->remedy_sl, row->remedy_en) : rc;
	rc = rc == GW_OK ? element(out, "id", f->request_id, "") : rc;
	return rc == GW_OK ? gw_buf_text(out, "</vg:Napaka>") : rc;
}

/* How the two versions write a fault. SOAP 1.1, 4.4: faultcode, faultstring and detail are unqualified. SOAP 1.2, 5.4.2
 * allows a Text for each language, but gSOAP clients lose a fault with two: English stands in the detail. */
struct fault_form {
	const char *ns, *sender, *receiver, *before_code, *before_text, *before_detail, *end;
};
static const struct fault_form forms[] = {
	[FAULT_SOAP11] = {FAULT_NS_SOAP11, "Client", "Server", "<faultcode>e:", "</faultcode><faultstring>",
			  "</faultstring><detail>", "</detail>"},
	[FAULT_SOAP12] = {FAULT_NS_SOAP12, "Sender", "Receiver",
			  "<e:Code><e:Value>e:", "</e:Value></e:Code><e:Reason><e:Text xml:lang=\"sl\">",
			  "</e:Text></e:Reason><e:Detail>", "</e:Detail>"},
};

static enum gw_code body_soap(const struct fault_text *f, struct gw_buf *out) {
	const struct fault_form *form = &forms[f->soap];
	const struct vash_fault_row *row = vash_fault_row(f->fault);
	const char *code = f->must_understand	 ? "MustUnderstand"
			   : f->version_mismatch ? "VersionMismatch"
			   : row->sender	 ? form->sender
						 : form->receiver;
	enum gw_code rc = gw_buf_addf(
		out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><e:Envelope xmlns:e=\"%s\"><e:Body><e:Fault>%s%s%s%s: ",
		form->ns, form->before_code, code, form->before_text, row->code);
	rc = rc == GW_OK ? fault_escape(out, row->sl) : rc;
	rc = rc == GW_OK ? gw_buf_text(out, form->before_detail) : rc;
	rc = rc == GW_OK ? napaka(f, out) : rc;
	return rc == GW_OK ? gw_buf_addf(out, "%s</e:Fault></e:Body></e:Envelope>", form->end) : rc;
}

static enum gw_code body_plain(const struct fault_text *f, struct gw_buf *out) {
	const struct vash_fault_row *row = vash_fault_row(f->fault);
	return gw_buf_addf(out, "%s\n%s\n%s\n%s\n%s\n%s\n", row->code, row->sl, row->en, row->remedy_sl, row->remedy_en,
			   f->request_id);
}

enum gw_code fault_body(const struct fault_text *f, struct gw_buf *out) {
	return is_soap(f) ? body_soap(f, out) : body_plain(f, out);
}
