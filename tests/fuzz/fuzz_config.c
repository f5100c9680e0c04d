/* The configuration file: no bytes may crash the reader, and what it accepts must be within the limits it promises. */
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gateway/cli/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SETTING_HOLDS(key, type, def, min, max, unit, reload, help)                                                    \
	if ((long long)c->settings.key < (long long)(min) || (long long)c->settings.key > (long long)(max)) {          \
		__builtin_trap();                                                                                      \
	}

static void check(const struct config *c) {
	SETTINGS(SETTING_HOLDS)
	if (c->listener_count == 0 || c->listener_count > ENGINE_LISTENERS_MAX || c->backend_count > BACKENDS_MAX ||
	    !c->data_dir[0]) {
		__builtin_trap();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static struct config config;
	char path[64];
	struct gw_err err = {0};
	int fd = memfd_create("config", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size) {
		return 0;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (config_load(path, &config, &err) == GW_OK) {
		check(&config);
	} else if (err.code != GW_E_CONFIG && err.code != GW_E_NOMEM) {
		__builtin_trap();
	}
	close(fd);
	return 0;
}
