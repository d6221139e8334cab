/*
 * older.c - makes a database look as an earlier version left it.
 *
 * usage: older DATABASE
 *
 * What is derived from the rest is marked as made by another version. For
 * tests of what happens after an update.
 */
#include "base/common.h"

#include "store/db.h"

int main(int argc, char **argv)
{
    struct err e = {0};
    struct db *db = NULL;
    int rc = argc == 2 ? db_open(&db, argv[1], DB_WRITE, &e)
                       : err_set(&e, CM_EARG, "usage: older DATABASE");

    if (rc == 0)
        rc = db_exec(db, "UPDATE derived SET version = version - 1", &e);
    db_close(db);
    if (rc < 0)
        fprintf(stderr, "older: %s\n", e.msg);
    return rc < 0;
}
