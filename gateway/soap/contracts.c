#include "gateway/soap/contracts.h"

#include <dirent.h>
#include <errno.h>

#include "base/file.h"

enum { FILES_MAX = 64, FILE_BYTES_MAX = 1 << 20 };

/* The address that the files carry; it is replaced by the listener's public one. */
#define WRITTEN_URL "https://localhost:8443"

struct contract_files {
	size_t count;
	struct {
		char *name;
		struct gw_buf text;
	} file[FILES_MAX];
};

static enum gw_code load_file(struct contract_files *files, const char *dir, const char *name, struct gw_err *err) {
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (files->count == FILES_MAX) {
		return gw_fail(err, GW_E_CONFIG, "more than %d contracts in '%s'", FILES_MAX, dir);
	}
	size_t at = files->count++;
	gw_buf_init(&files->file[at].text, FILE_BYTES_MAX);
	if (gw_file_read(path, &files->file[at].text, err) != GW_OK) {
		return GW_E_CONFIG;
	}
	files->file[at].name = strdup(name);
	return files->file[at].name ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
}

static int is_contract(const struct dirent *d) {
	const char *dot = strrchr(d->d_name, '.');
	return dot && (strcmp(dot, ".xsd") == 0 || strcmp(dot, ".wsdl") == 0);
}

static struct gw_buf *find(struct contract_files *files, struct gw_span name) {
	for (size_t i = 0; i < files->count; i++) {
		if (gw_span_is(name, files->file[i].name)) {
			return &files->file[i].text;
		}
	}
	return NULL;
}

static enum gw_code check_complete(struct contract_files *files, const struct vash_services *services,
				   struct gw_err *err) {
	for (size_t i = 0; i < services->count; i++) {
		if (!find(files, gw_span_of(services->row[i].wsdl))) {
			return gw_fail(err, GW_E_CONFIG, "contract '%s' of service '%s' is missing",
				       services->row[i].wsdl, services->row[i].code);
		}
	}
	return GW_OK;
}

enum gw_code contracts_load(const char *dir, const struct vash_services *services, struct contract_files **out,
			    struct gw_err *err) {
	struct dirent **names = NULL;
	struct contract_files *files = calloc(1, sizeof(*files));
	*out = NULL;
	int n = files ? scandir(dir, &names, is_contract, alphasort) : -1;
	if (n < 0) {
		contracts_free(files);
		return gw_fail(err, GW_E_CONFIG, "cannot read contracts in '%s': %s", dir, strerror(errno));
	}
	enum gw_code rc = GW_OK;
	for (int i = 0; i < n; i++) {
		rc = rc == GW_OK ? load_file(files, dir, names[i]->d_name, err) : rc;
		free(names[i]);
	}
	free(names);
	rc = rc == GW_OK ? check_complete(files, services, err) : rc;
	if (rc != GW_OK) {
		contracts_free(files);
		return rc;
	}
	*out = files;
	return GW_OK;
}

void contracts_free(struct contract_files *files) {
	for (size_t i = 0; files && i < files->count; i++) {
		free(files->file[i].name);
		gw_buf_release(&files->file[i].text);
	}
	free(files);
}

static enum gw_code add_with_address(const struct gw_buf *wsdl, const char *public_url, struct gw_buf *out) {
	const char *at = wsdl->data, *end = wsdl->data + wsdl->len, *hit;
	enum gw_code rc = GW_OK;
	while (rc == GW_OK && (hit = memmem(at, (size_t)(end - at), WRITTEN_URL, sizeof(WRITTEN_URL) - 1)) != NULL) {
		rc = gw_buf_add(out, at, (size_t)(hit - at));
		rc = rc == GW_OK ? gw_buf_text(out, public_url) : rc;
		at = hit + sizeof(WRITTEN_URL) - 1;
	}
	return rc == GW_OK ? gw_buf_add(out, at, (size_t)(end - at)) : rc;
}

/* Is `folder` (with its slash) where some service of the listener lies? Schemas are served nowhere else. */
static bool is_service_folder(const struct call_view *view, int listener, struct gw_span folder) {
	for (size_t i = 0; i < view->services.count; i++) {
		const char *path = view->services.row[i].path, *slash = strrchr(path, '/');
		size_t n = (size_t)(slash - path) + 1;
		if (view->opens[listener][i] && folder.n == n && memcmp(folder.p, path, n) == 0) {
			return true;
		}
	}
	return false;
}

static enum gw_code get_schema(const struct call_view *view, int listener, struct gw_span path, struct gw_buf *out) {
	const char *slash = memrchr(path.p, '/', path.n);
	size_t folder = slash ? (size_t)(slash - path.p) + 1 : 0;
	struct gw_span name = {path.p + folder, path.n - folder};
	bool xsd = name.n > 4 && memcmp(name.p + name.n - 4, ".xsd", 4) == 0;
	const struct gw_buf *text = xsd && is_service_folder(view, listener, (struct gw_span){path.p, folder})
					    ? find(view->contracts, name)
					    : NULL;
	return text ? gw_buf_add(out, text->data, text->len) : GW_E_NOTFOUND;
}

enum gw_code contracts_get(const struct call_view *view, int listener, struct gw_span path, struct gw_span query,
			   struct gw_buf *out) {
	const struct vash_service *service = view_service(view, listener, path);
	if (!service) {
		return query.n == 0 ? get_schema(view, listener, path, out) : GW_E_NOTFOUND;
	}
	if (!gw_span_is_nocase(query, "wsdl")) {
		return GW_E_NOTFOUND;
	}
	const struct gw_buf *text = find(view->contracts, gw_span_of(service->wsdl));
	return text ? add_with_address(text, view->public_url[listener], out) : GW_E_NOTFOUND;
}
