/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <libdex.h>
#include <locale.h>

#include "ghc-application.h"

int
main (int argc, char **argv)
{
  g_autoptr (GhcApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname (GUILDHALL_APPLICATION_ID);
  dex_init ();

  application = ghc_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
