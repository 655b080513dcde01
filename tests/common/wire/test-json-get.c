/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members of JSON, as they have to be and as they may be. */
#include "json-util.h"

#define OBJECT                                                                                     \
  "{\"text\":\"añb\",\"number\":42,\"yes\":true,\"nothing\":null,\"list\":[1,\"two\"],"            \
  "\"inner\":{\"id\":\"@ada:localhost\",\"deep\":{\"n\":1}},\"kind\":\"voice\","                   \
  "\"ids\":[\"@ada:localhost\",\"@bob:localhost\"]}"

static void
test_get (void)
{
  static const char *const kinds[] = { "text", "voice", NULL };
  g_autoptr (GhJson) json = parse_json (OBJECT);
  g_autoptr (GhJson) inner = NULL;
  g_autoptr (GhJson) list = NULL;
  g_autoptr (GhJson) none = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ids = NULL;
  const char *text;
  gint64 number;
  gboolean yes;
  guint kind;

  g_assert_true (gh_json_get_string (json, "text", 1, 4, &text, &error));
  g_assert_cmpstr (text, ==, "añb");
  g_assert_true (gh_json_get_int (json, "number", 42, 42, &number, &error));
  g_assert_cmpint (number, ==, 42);
  g_assert_true (gh_json_get_bool (json, "yes", &yes, &error));
  g_assert_true (yes);
  g_assert_true (gh_json_get_choice (json, "kind", kinds, &kind, &error));
  g_assert_cmpuint (kind, ==, 1);
  g_assert_true (gh_json_get_object (json, "inner", &inner, &error));
  g_assert_true (gh_json_get_id (inner, "id", GH_ID_USER, &text, &error));
  g_assert_cmpstr (text, ==, "@ada:localhost");
  g_assert_true (gh_json_get_array (json, "list", 2, &list, &error));
  g_assert_cmpuint (gh_json_get_length (list), ==, 2);
  g_assert_true (gh_json_get_ids (json, "ids", GH_ID_USER, 2, &ids, &error));
  g_assert_cmpuint (g_strv_length (ids), ==, 2);
  g_assert_no_error (error);

  /* Absent and null are not given. */
  for (guint i = 0; i < 2; i++)
    {
      const char *name = i == 0 ? "absent" : "nothing";

      text = "x";
      g_assert_true (gh_json_get_optional_string (json, name, 1, 2, &text, &error));
      g_assert_null (text);
      text = "x";
      g_assert_true (gh_json_get_optional_id (json, name, GH_ID_USER, &text, &error));
      g_assert_null (text);
      g_assert_true (gh_json_get_optional_int (json, name, 0, 1, -7, &number, &error));
      g_assert_cmpint (number, ==, -7);
      g_assert_true (gh_json_get_optional_bool (json, name, TRUE, &yes, &error));
      g_assert_true (yes);
      g_assert_true (gh_json_get_optional_object (json, name, &none, &error));
      g_assert_null (none);
      g_assert_true (gh_json_get_optional_array (json, name, 0, &none, &error));
      g_assert_null (none);
      g_assert_false (gh_json_has (json, name));
      g_assert_no_error (error);
    }
  g_assert_true (gh_json_has (json, "text"));
}

static void
assert_field (GError **error, const char *reason, const char *field)
{
  g_assert_nonnull (*error);
  g_assert_cmpstr (gh_error_get_field (*error), ==, field);
  assert_refused (*error, GH_ERROR_INVALID, reason);
}

static void
test_get_refusals (void)
{
  static const char *const kinds[] = { "text", "video", NULL };
  g_autoptr (GhJson) json = parse_json (OBJECT);
  g_autoptr (GhJson) inner = gh_json_peek_object (json, "inner");
  g_autoptr (GhJson) deep = gh_json_peek_object (inner, "deep");
  g_autoptr (GhJson) list = parse_json ("[]");
  g_autoptr (GError) error = NULL;
  GhJson *out = NULL;
  g_auto (GStrv) strings = NULL;
  const char *text;
  gint64 number;
  gboolean yes;
  guint kind;

  g_assert_false (gh_json_get_string (json, "absent", 0, 9, &text, &error));
  assert_field (&error, "json.missing", "absent");
  g_assert_false (gh_json_get_string (json, "nothing", 0, 9, &text, &error));
  assert_field (&error, "json.missing", "nothing");
  g_assert_false (gh_json_get_string (json, "number", 0, 9, &text, &error));
  assert_field (&error, "json.type", "number");
  g_assert_false (gh_json_get_string (json, "text", 5, 9, &text, &error));
  assert_field (&error, "json.range", "text");
  g_assert_false (gh_json_get_string (json, "text", 0, 3, &text, &error));
  assert_field (&error, "json.range", "text");
  g_assert_false (gh_json_get_optional_string (json, "yes", 0, 3, &text, &error));
  assert_field (&error, "json.type", "yes");
  g_assert_false (gh_json_get_int (json, "text", 0, 9, &number, &error));
  assert_field (&error, "json.type", "text");
  g_assert_false (gh_json_get_int (json, "number", 43, 99, &number, &error));
  assert_field (&error, "json.range", "number");
  g_assert_false (gh_json_get_int (json, "number", 0, 41, &number, &error));
  assert_field (&error, "json.range", "number");
  g_assert_false (gh_json_get_bool (json, "number", &yes, &error));
  assert_field (&error, "json.type", "number");
  g_assert_false (gh_json_get_object (json, "list", &out, &error));
  assert_field (&error, "json.type", "list");
  g_assert_false (gh_json_get_array (json, "inner", 9, &out, &error));
  assert_field (&error, "json.type", "inner");
  g_assert_false (gh_json_get_array (json, "list", 1, &out, &error));
  assert_field (&error, "json.range", "list");
  g_assert_false (gh_json_get_choice (json, "kind", kinds, &kind, &error));
  assert_field (&error, "json.range", "kind");
  g_assert_false (gh_json_get_id (json, "text", GH_ID_USER, &text, &error));
  assert_field (&error, "id.invalid", "text");
  g_assert_null (out);

  /* The path leads from the root. */
  g_assert_false (gh_json_get_id (inner, "id", GH_ID_ROOM, &text, &error));
  assert_field (&error, "id.invalid", "inner.id");
  g_assert_false (gh_json_get_string (deep, "n", 0, 9, &text, &error));
  assert_field (&error, "json.type", "inner.deep.n");
  g_assert_false (gh_json_get_strings (json, "list", 9, 9, &strings, &error));
  assert_field (&error, "json.type", "list.0");
  g_assert_false (gh_json_get_ids (json, "ids", GH_ID_ROOM, 9, &strings, &error));
  assert_field (&error, "id.invalid", "ids.0");
  g_assert_null (strings);

  /* What is no object has no members. */
  g_assert_false (gh_json_get_string (list, "a", 0, 9, &text, &error));
  assert_field (&error, "json.missing", "a");
}

static void
test_peek (void)
{
  g_autoptr (GhJson) json = parse_json (OBJECT);
  g_autoptr (GhJson) list = gh_json_peek_array (json, "list");
  GhJsonIter iter;
  GhJson *element;
  const char *name;
  guint n = 0;

  g_assert_cmpstr (gh_json_peek_string (json, "text"), ==, "añb");
  g_assert_null (gh_json_peek_string (json, "number"));
  g_assert_null (gh_json_peek_string (list, "text"));
  g_assert_cmpint (gh_json_peek_int (json, "number", 0), ==, 42);
  g_assert_cmpint (gh_json_peek_int (json, "text", -1), ==, -1);
  g_assert_true (gh_json_peek_bool (json, "yes", FALSE));
  g_assert_true (gh_json_peek_bool (json, "text", TRUE));
  g_assert_null (gh_json_peek_object (json, "list"));
  g_assert_null (gh_json_peek_array (json, "inner"));
  g_assert_null (gh_json_peek_member (json, "absent"));

  gh_json_iter_init (&iter, list);
  while (gh_json_iter_next (&iter, &name, &element))
    {
      g_assert_null (name);
      if (n++ == 0)
        g_assert_cmpint (gh_json_as_int (element, 0), ==, 1);
      else
        g_assert_cmpstr (gh_json_as_string (element), ==, "two");
      gh_json_unref (element);
    }
  g_assert_cmpuint (n, ==, 2);

  n = 0;
  gh_json_iter_init (&iter, json);
  while (gh_json_iter_next (&iter, &name, NULL))
    {
      g_autoptr (GhJson) member = gh_json_peek_member (json, name);

      g_assert_nonnull (member);
      n++;
    }
  g_assert_cmpuint (n, ==, gh_json_get_length (json));
  gh_json_iter_init (&iter, NULL);
  g_assert_false (gh_json_iter_next (&iter, NULL, NULL));
}

static void
test_member_outlives_root (void)
{
  GhJson *json = parse_json (OBJECT);
  g_autoptr (GhJson) inner = gh_json_peek_object (json, "inner");
  g_autoptr (GhJson) deep = gh_json_peek_object (inner, "deep");
  const char *text = gh_json_peek_string (inner, "id");

  gh_json_unref (json);
  g_clear_pointer (&inner, gh_json_unref);
  g_assert_cmpint (gh_json_peek_int (deep, "n", 0), ==, 1);
  g_assert_cmpstr (text, ==, "@ada:localhost");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/get", test_get);
  g_test_add_func ("/json/get-refusals", test_get_refusals);
  g_test_add_func ("/json/peek", test_peek);
  g_test_add_func ("/json/member-outlives-root", test_member_outlives_root);
  return g_test_run ();
}
