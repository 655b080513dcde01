/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../test-util.h"

#include "gh-json-builder.h"
#include "gh-limits.h"
#include "random-json.h"

#include <string.h>

static GhJson *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GhJson *json = gh_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return json;
}

static char *
canonical (GhJson *json)
{
  g_autoptr (GBytes) bytes = gh_json_to_canonical (json);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
test_vectors_canonical (void)
{
  g_autoptr (JsonNode) root = test_vectors ("matrix/matrix-appendix-vectors.json");
  JsonArray *cases;

  if (root == NULL)
    return;
  cases = json_object_get_array_member (json_node_get_object (root), "canonical_json");
  g_assert_cmpuint (json_array_get_length (cases), ==, 10);
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *one = json_array_get_object_element (cases, i);
      g_autoptr (GhJson) json = parse (json_object_get_string_member (one, "input"));
      g_autofree char *text = canonical (json);

      g_assert_cmpstr (text, ==, json_object_get_string_member (one, "canonical"));
    }
}

static void
test_refusals (void)
{
  static const struct
  {
    const char *text;
    const char *reason;
  } table[] = {
    { "", "json.syntax" },
    { " ", "json.syntax" },
    { "{", "json.syntax" },
    { "{}{}", "json.syntax" },
    { "{} x", "json.syntax" },
    { "{\"a\":1,}", "json.syntax" },
    { "[1,]", "json.syntax" },
    { "{a:1}", "json.syntax" },
    { "{'a':1}", "json.syntax" },
    { "// c\n{}", "json.syntax" },
    { "[01]", "json.syntax" },
    { "[+1]", "json.syntax" },
    { "[.5]", "json.syntax" },
    { "[1.]", "json.syntax" },
    { "[NaN]", "json.syntax" },
    { "[Infinity]", "json.syntax" },
    { "[1e400]", "json.syntax" },
    { "[\"\n\"]", "json.syntax" },
    { "[\"\\x\"]", "json.syntax" },
    { "[\"\\ud800\"]", "json.syntax" },
    { "[\"\\udc00\\ud800\"]", "json.syntax" },
    { "[\"\xff\"]", "json.syntax" },
    { "[\"\xc0\x80\"]", "json.syntax" },
    { "[\"\xed\xa0\x80\"]", "json.syntax" },
    { "[\"\xf4\x90\x80\x80\"]", "json.syntax" },
    { "\xef\xbb\xbf{}", "json.syntax" },
    { "[\"\\u0000\"]", "json.nul" },
    { "{\"a\\u0000b\":1}", "json.nul" },
    { "[1.5]", "json.number" },
    { "[1e-1]", "json.number" },
    { "[9007199254740992]", "json.number" },
    { "[-9007199254740992]", "json.number" },
    { "[18446744073709551615]", "json.number" },
    { "[18446744073709551616]", "json.number" },
    { "[9007199254740992.0]", "json.number" },
    { "[1e16]", "json.number" },
    { "{\"a\":1,\"a\":1}", "json.duplicate" },
    { "{\"a\":1,\"\\u0061\":2}", "json.duplicate" },
    { "{\"b\":{\"x\":1,\"y\":2,\"x\":3}}", "json.duplicate" },
    { "{\"\":1,\"\":1}", "json.duplicate" },
    { "{\"b\":1,\"a\":1,\"b\":1}", "json.duplicate" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *shown = g_strescape (table[i].text, NULL);

      g_test_message ("%s", shown);
      g_assert_null (gh_json_parse (table[i].text, strlen (table[i].text), &error));
      assert_refused (error, GH_ERROR_INVALID, table[i].reason);
    }
}

static void
test_many_keys (void)
{
  g_autoptr (GString) text = g_string_new ("{");
  g_autoptr (GError) error = NULL;
  g_autoptr (GhJson) json = NULL;

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (text, "\"k%u\":%u,", (i * 7919) % 3000, i);
  g_string_append (text, "\"last\":0}");
  json = gh_json_parse (text->str, text->len, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (gh_json_get_length (json), ==, 3001);

  g_string_truncate (text, text->len - 1);
  g_string_append (text, ",\"k1500\":0}");
  g_assert_null (gh_json_parse (text->str, text->len, &error));
  assert_refused (error, GH_ERROR_INVALID, "json.duplicate");
}

static void
test_depth (void)
{
  for (gsize depth = 1; depth <= GH_LIMIT_JSON_DEPTH + 2; depth++)
    {
      g_autofree char *open = g_strnfill (depth, '[');
      g_autofree char *close = g_strnfill (depth, ']');
      g_autofree char *text = g_strconcat (open, close, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GhJson) json = gh_json_parse (text, strlen (text), &error);

      if (depth <= GH_LIMIT_JSON_DEPTH)
        {
          g_assert_no_error (error);
          g_assert_cmpuint (gh_json_get_depth (json), ==, depth);
          continue;
        }
      g_assert_null (json);
      assert_refused (error, GH_ERROR_INVALID, "json.depth");
    }
}

/* A hostile peer's favourite: deep enough to break a recursive reader. */
static void
test_very_deep (void)
{
  gsize size = 1024 * 1024;
  g_autofree char *open = g_strnfill (size, '[');
  g_autofree char *objects = g_malloc (size);
  g_autofree char *both = g_malloc (2 * size);
  g_autoptr (GError) error = NULL;

  g_assert_null (gh_json_parse (open, size, &error));
  assert_refused (error, GH_ERROR_INVALID, "json.syntax");

  for (gsize i = 0; i + 5 <= size; i += 5)
    memcpy (objects + i, "{\"a\":", 5);
  g_assert_null (gh_json_parse (objects, size / 5 * 5, &error));
  assert_refused (error, GH_ERROR_INVALID, "json.syntax");

  memset (both, '[', size);
  memset (both + size, ']', size);
  g_assert_null (gh_json_parse (both, 2 * size, &error));
  assert_refused (error, GH_ERROR_INVALID, "json.depth");
}

/* One character that may need an escape, at each place of texts of each length. */
static void
test_escapes (void)
{
  static const struct
  {
    gunichar c;
    const char *written;
  } table[] = {
    { 1, "\\u0001" }, { 8, "\\b" },     { 9, "\\t" },         { 10, "\\n" }, { 11, "\\u000b" },
    { 12, "\\f" },    { 13, "\\r" },    { 31, "\\u001f" },    { ' ', " " },  { '!', "!" },
    { '"', "\\\"" },  { '#', "#" },     { '/', "/" },         { '[', "[" },  { '\\', "\\\\" },
    { ']', "]" },     { 0x7f, "\177" }, { 0x80, "\302\200" }, { 0xa2, "¢" }, { 0x1f600, "😀" },
  };

  for (gsize length = 0; length < 24; length++)
    {
      for (gsize at = 0; at <= length; at++)
        {
          for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
            {
              g_autoptr (GhJsonBuilder) builder = gh_json_builder_new_array ();
              g_autoptr (GString) text = g_string_new (NULL);
              g_autoptr (GString) expected = g_string_new ("[\"");
              g_autoptr (GhJson) json = NULL;
              g_autofree char *got = NULL;

              for (gsize k = 0; k <= length; k++)
                {
                  if (k == at)
                    {
                      g_string_append_unichar (text, table[i].c);
                      g_string_append (expected, table[i].written);
                    }
                  else
                    {
                      g_string_append_c (text, 'x');
                      g_string_append_c (expected, 'x');
                    }
                }
              g_string_append (expected, "\"]");
              gh_json_builder_add_string (builder, NULL, text->str);
              json = gh_json_builder_finish (builder);
              got = canonical (json);
              g_assert_cmpstr (got, ==, expected->str);
            }
        }
    }
}

static void
test_any_order (void)
{
  for (guint i = 0; i < 1500; i++)
    {
      g_autoptr (RandomJson) random = random_json_new_object (5);
      g_autofree char *plain = random_json_write (random, TRUE);
      g_autofree char *other = random_json_write (random, FALSE);
      g_autoptr (GhJson) a = parse (plain);
      g_autoptr (GhJson) b = parse (other);
      g_autofree char *text_a = canonical (a);
      g_autofree char *text_b = canonical (b);
      g_autoptr (GhJson) again = parse (text_a);
      g_autofree char *text_again = canonical (again);
      g_autofree char *compact = gh_json_to_string (b);
      g_autoptr (GhJson) from_compact = parse (compact);
      g_autofree char *text_compact = canonical (from_compact);

      g_assert_cmpstr (text_a, ==, text_b);
      g_assert_cmpstr (text_a, ==, text_again);
      g_assert_cmpstr (text_a, ==, text_compact);
      g_assert_true (gh_json_equal (a, b));
    }
}

static void
test_truncated (void)
{
  for (guint i = 0; i < 150; i++)
    {
      g_autoptr (RandomJson) random = random_json_new_object (4);
      g_autofree char *text = random_json_write (random, FALSE);
      gsize size;

      g_strchomp (text);
      size = strlen (text);
      for (gsize cut = 0; cut < size; cut++)
        {
          g_autoptr (GError) error = NULL;
          /* In memory of its own, so that reading beyond the end is seen by the sanitizers. */
          g_autofree char *part = g_memdup2 (text, cut);

          g_assert_null (gh_json_parse (part, cut, &error));
          g_assert_error (error, GH_ERROR, GH_ERROR_INVALID);
        }
    }
}

static void
test_damaged (void)
{
  for (guint i = 0; i < 4000; i++)
    {
      g_autoptr (RandomJson) random = random_json_new_object (4);
      g_autofree char *text = random_json_write (random, FALSE);
      gsize size = strlen (text);
      g_autoptr (GError) error = NULL;
      g_autoptr (GhJson) json = NULL;
      g_autofree char *first = NULL;
      g_autofree char *second = NULL;
      g_autoptr (GhJson) again = NULL;

      for (int n = g_test_rand_int_range (1, 4); n > 0; n--)
        text[g_test_rand_int_range (0, (gint32) size)] = (char) g_test_rand_int_range (0, 256);
      json = gh_json_parse (text, size, &error);
      g_assert_true ((json == NULL) == (error != NULL));
      if (json == NULL)
        continue;
      first = canonical (json);
      again = parse (first);
      second = canonical (again);
      g_assert_cmpstr (first, ==, second);
    }
}

#define OBJECT                                                                                     \
  "{\"text\":\"añb\",\"number\":42,\"yes\":true,\"nothing\":null,\"list\":[1,\"two\"],"            \
  "\"inner\":{\"id\":\"@ada:localhost\",\"deep\":{\"n\":1}},\"kind\":\"voice\","                   \
  "\"ids\":[\"@ada:localhost\",\"@bob:localhost\"]}"

static void
test_get (void)
{
  static const char *const kinds[] = { "text", "voice", NULL };
  g_autoptr (GhJson) json = parse (OBJECT);
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
      g_assert_true (gh_json_get_optional_choice (json, name, kinds, 7, &kind, &error));
      g_assert_cmpuint (kind, ==, 7);
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
  g_autoptr (GhJson) json = parse (OBJECT);
  g_autoptr (GhJson) inner = gh_json_peek_object (json, "inner");
  g_autoptr (GhJson) deep = gh_json_peek_object (inner, "deep");
  g_autoptr (GhJson) list = parse ("[]");
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
  g_autoptr (GhJson) json = parse (OBJECT);
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
  GhJson *json = parse (OBJECT);
  g_autoptr (GhJson) inner = gh_json_peek_object (json, "inner");
  g_autoptr (GhJson) deep = gh_json_peek_object (inner, "deep");
  const char *text = gh_json_peek_string (inner, "id");

  gh_json_unref (json);
  g_clear_pointer (&inner, gh_json_unref);
  g_assert_cmpint (gh_json_peek_int (deep, "n", 0), ==, 1);
  g_assert_cmpstr (text, ==, "@ada:localhost");
}

static void
test_builder (void)
{
  static const char *const strings[] = { "x", "y\"z", NULL };
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GhJson) part = parse ("{\"k\":[1,{\"l\":null}]}");
  g_autoptr (GBytes) raw = g_bytes_new_static ("{\"z\":1, \"a\":2}", strlen ("{\"z\":1, \"a\":2}"));
  g_autoptr (GhJson) json = NULL;
  g_autofree char *text = NULL;
  g_autofree char *sorted = NULL;

  gh_json_builder_add_string (builder, "name", "ñ\n");
  gh_json_builder_add_optional_string (builder, "absent", NULL);
  gh_json_builder_add_optional_string (builder, "given", "g");
  gh_json_builder_open_object (builder, "object");
  gh_json_builder_add_int (builder, "min", -GH_LIMIT_JSON_INT);
  gh_json_builder_add_bool (builder, "yes", 7);
  gh_json_builder_close (builder);
  gh_json_builder_open_array (builder, "array");
  gh_json_builder_add_null (builder, NULL);
  gh_json_builder_open_object (builder, NULL);
  gh_json_builder_add_strings (builder, "strings", strings);
  gh_json_builder_close (builder);
  gh_json_builder_add_json (builder, NULL, part);
  gh_json_builder_close (builder);
  gh_json_builder_add_strings (builder, "none", NULL);
  gh_json_builder_add_members (builder, part);
  gh_json_builder_add_raw (builder, "raw", raw);
  json = gh_json_builder_finish (builder);
  g_assert_nonnull (json);

  text = gh_json_to_string (json);
  g_assert_cmpstr (text, ==,
                   "{\"name\":\"ñ\\n\",\"given\":\"g\",\"object\":{\"min\":-9007199254740991,"
                   "\"yes\":true},\"array\":[null,{\"strings\":[\"x\",\"y\\\"z\"]},"
                   "{\"k\":[1,{\"l\":null}]}],\"none\":[],\"k\":[1,{\"l\":null}],"
                   "\"raw\":{\"z\":1,\"a\":2}}");
  sorted = canonical (json);
  g_assert_true (g_str_has_prefix (sorted, "{\"array\":"));
}

static void
test_builder_bytes (void)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new_array ();
  g_autoptr (GBytes) raw = g_bytes_new_static ("[ 1 ]", 5);
  g_autoptr (GBytes) bytes = NULL;

  gh_json_builder_add_raw (builder, NULL, raw);
  gh_json_builder_open_object (builder, NULL);
  bytes = gh_json_builder_finish_bytes (builder);
  /* Raw bytes as they are; what is open is closed. */
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "[[ 1 ],{}]", 10);
}

static void
test_builder_mistakes (void)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  gh_json_builder_add_int (builder, "a", 1);
  gh_json_builder_add_int (builder, "a", 2);
  g_test_expect_message ("gh-wire", G_LOG_LEVEL_CRITICAL, "*built wrongly*");
  g_assert_null (gh_json_builder_finish (builder));
  g_test_assert_expected_messages ();

  g_test_expect_message ("gh-wire", G_LOG_LEVEL_CRITICAL, "*not valid UTF-8*");
  gh_json_builder_add_string (builder, "b", "\xff");
  g_test_assert_expected_messages ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/canonical-vectors", test_vectors_canonical);
  g_test_add_func ("/json/refusals", test_refusals);
  g_test_add_func ("/json/many-keys", test_many_keys);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/very-deep", test_very_deep);
  g_test_add_func ("/json/escapes", test_escapes);
  g_test_add_func ("/json/any-order", test_any_order);
  g_test_add_func ("/json/truncated", test_truncated);
  g_test_add_func ("/json/damaged", test_damaged);
  g_test_add_func ("/json/get", test_get);
  g_test_add_func ("/json/get-refusals", test_get_refusals);
  g_test_add_func ("/json/peek", test_peek);
  g_test_add_func ("/json/member-outlives-root", test_member_outlives_root);
  g_test_add_func ("/json/builder", test_builder);
  g_test_add_func ("/json/builder-bytes", test_builder_bytes);
  g_test_add_func ("/json/builder-mistakes", test_builder_mistakes);
  return g_test_run ();
}
