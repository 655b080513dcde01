/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What nearly every file of a layer includes. Used with -Db_pch=true only, as build-aux/test does to build faster:
 * each file still names all it needs, since every other build reads it without this. */
#pragma once

#include <gio/gio.h>
