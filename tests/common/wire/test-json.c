/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is read as JSON and what is refused, and the one canonical text of it. */
#include "gh-json-builder.h"
#include "gh-limits.h"
#include "json-util.h"
#include "random-json.h"

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
      g_autoptr (GhJson) json = parse_json (json_object_get_string_member (one, "input"));
      g_autofree char *text = write_canonical (json);

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
              got = write_canonical (json);
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
      g_autoptr (GhJson) a = parse_json (plain);
      g_autoptr (GhJson) b = parse_json (other);
      g_autofree char *text_a = write_canonical (a);
      g_autofree char *text_b = write_canonical (b);
      g_autoptr (GhJson) again = parse_json (text_a);
      g_autofree char *text_again = write_canonical (again);
      g_autofree char *compact = gh_json_to_string (b);
      g_autoptr (GhJson) from_compact = parse_json (compact);
      g_autofree char *text_compact = write_canonical (from_compact);

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
      first = write_canonical (json);
      again = parse_json (first);
      second = write_canonical (again);
      g_assert_cmpstr (first, ==, second);
    }
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
  return g_test_run ();
}
