/* store/schema.h - the migrations store/schema/NNN.sql, put into the program by the build (build/gen/schema.c). */
#ifndef GW_STORE_SCHEMA_H
#define GW_STORE_SCHEMA_H

extern const char *const schema_migrations[];
extern const int schema_migration_count;
#endif
