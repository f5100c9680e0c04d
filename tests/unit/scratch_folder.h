/* tests/unit/scratch_folder.h - the end of a test's own folder and of the files in it. */
#ifndef GW_TESTS_SCRATCH_FOLDER_H
#define GW_TESTS_SCRATCH_FOLDER_H
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

static inline void remove_folder(const char *folder) {
	DIR *d = opendir(folder);
	for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
		char path[512];
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		unlink(path);
	}
	closedir(d);
	rmdir(folder);
}
#endif
