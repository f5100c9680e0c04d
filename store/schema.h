/* store/schema.h - the migrations store/schema/NNN.sql, put into the program by the build (build/gen/schema.c).
 * schema_history makes the triggers of history anew; it runs after the last migration. A change of it alone needs a
 * migration beside it, so that existing registries get it. */
#ifndef GW_STORE_SCHEMA_H
#define GW_STORE_SCHEMA_H

extern const char *const schema_migrations[];
extern const int schema_migration_count;
extern const char *const schema_history;
#endif
