/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "random-json.h"

#include <json-glib/json-glib.h>
#include <string.h>

typedef enum
{
  KIND_NULL,
  KIND_BOOL,
  KIND_INT,
  KIND_STRING,
  KIND_ARRAY,
  KIND_OBJECT,
} Kind;

struct _RandomJson
{
  Kind kind;
  gint64 number;
  char *text;
  GPtrArray *keys;    /* of an object */
  GPtrArray *members; /* of an object or array */
};

static gunichar
random_char (void)
{
  static const gunichar special[] = { '"',    '\\',   '/',    '\n',    '\t',    1,
                                      0x1f,   0x7f,   0x80,   0xe9,    0x7ff,   0x800,
                                      0x65e5, 0xfffd, 0xffff, 0x10000, 0x1f600, 0x10ffff };

  switch (g_test_rand_int_range (0, 3))
    {
    case 0:
      return special[g_test_rand_int_range (0, G_N_ELEMENTS (special))];
    case 1:
      return (gunichar) g_test_rand_int_range (0x20, 0x7f);
    default:
      return (gunichar) g_test_rand_int_range ('a', 'd');
    }
}

static char *
random_text (void)
{
  GString *text = g_string_new (NULL);

  for (int n = g_test_rand_int_range (0, 6); n > 0; n--)
    g_string_append_unichar (text, random_char ());
  return g_string_free_and_steal (text);
}

static gint64
random_number (void)
{
  static const gint64 special[] = {
    0, 1, -1, 10000000000, 9007199254740991, -9007199254740991, 4294967296
  };

  if (g_test_rand_bit ())
    return special[g_test_rand_int_range (0, G_N_ELEMENTS (special))];
  return (gint64) g_test_rand_double_range (-9e15, 9e15);
}

static RandomJson *
make (Kind kind, guint max_depth)
{
  RandomJson *self = g_new0 (RandomJson, 1);
  g_autoptr (GHashTable) seen = NULL;

  self->kind = kind;
  self->number = kind == KIND_BOOL ? g_test_rand_bit () : random_number ();
  self->text = kind == KIND_STRING ? random_text () : NULL;
  if (kind < KIND_ARRAY)
    return self;

  seen = g_hash_table_new (g_str_hash, g_str_equal);
  self->keys = g_ptr_array_new_with_free_func (g_free);
  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify) random_json_free);
  /* Now and then more keys than those that are sorted without memory. */
  for (int n = g_test_rand_int_range (0, g_test_rand_int_range (0, 20) == 0 ? 60 : 6); n > 0; n--)
    {
      g_autofree char *key = random_text ();
      Kind member = (Kind) g_test_rand_int_range (0, max_depth > 1 ? KIND_OBJECT + 1 : KIND_ARRAY);

      if (kind == KIND_OBJECT && g_hash_table_contains (seen, key))
        continue;
      g_ptr_array_add (self->members, make (member, max_depth - 1));
      g_hash_table_add (seen, key);
      g_ptr_array_add (self->keys, g_steal_pointer (&key));
    }
  return self;
}

RandomJson *
random_json_new_object (guint max_depth)
{
  return make (KIND_OBJECT, max_depth);
}

void
random_json_free (RandomJson *self)
{
  g_free (self->text);
  g_clear_pointer (&self->keys, g_ptr_array_unref);
  g_clear_pointer (&self->members, g_ptr_array_unref);
  g_free (self);
}

static void
write_space (GString *out, gboolean is_plain)
{
  static const char spaces[] = " \t\r\n";

  while (!is_plain && g_test_rand_int_range (0, 4) == 0)
    g_string_append_c (out, spaces[g_test_rand_int_range (0, 4)]);
}

static void
write_text (GString *out, const char *text, gboolean is_plain)
{
  g_string_append_c (out, '"');
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c >= 0x20 && c != '"' && c != '\\' && (is_plain || g_test_rand_bit ()))
        g_string_append_unichar (out, c);
      else if ((c == '"' || c == '\\' || c == '/') && (is_plain || g_test_rand_bit ()))
        g_string_append_printf (out, "\\%c", (char) c);
      else if (c == '\n' && g_test_rand_bit ())
        g_string_append (out, "\\n");
      else if (c > 0xffff)
        g_string_append_printf (out, "\\u%04X\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
                                0xdc00 + ((c - 0x10000) & 0x3ff));
      else
        g_string_append_printf (out, "\\u%04x", c);
    }
  g_string_append_c (out, '"');
}

static void
write_number (GString *out, gint64 number, gboolean is_plain)
{
  if (!is_plain && number == 0 && g_test_rand_bit ())
    g_string_append (out, "-0");
  else if (!is_plain && number != 0 && number % 10000 == 0 && g_test_rand_bit ())
    g_string_append_printf (out, "%" G_GINT64_FORMAT "e4", number / 10000);
  else
    g_string_append_printf (out, "%" G_GINT64_FORMAT, number);
}

static void
write_value (GString *out, RandomJson *self, gboolean is_plain)
{
  guint n = self->members != NULL ? self->members->len : 0;
  guint shift = !is_plain && n > 0 ? (guint) g_test_rand_int_range (0, (gint32) n) : 0;
  gboolean is_reversed = !is_plain && g_test_rand_bit ();

  write_space (out, is_plain);
  switch (self->kind)
    {
    case KIND_NULL:
      g_string_append (out, "null");
      break;
    case KIND_BOOL:
      g_string_append (out, self->number != 0 ? "true" : "false");
      break;
    case KIND_INT:
      write_number (out, self->number, is_plain);
      break;
    case KIND_STRING:
      write_text (out, self->text, is_plain);
      break;
    case KIND_ARRAY:
    case KIND_OBJECT:
    default:
      g_string_append_c (out, self->kind == KIND_ARRAY ? '[' : '{');
      for (guint i = 0; i < n; i++)
        {
          guint at = (i + shift) % n;

          if (is_reversed)
            at = n - 1 - at;
          if (self->kind == KIND_ARRAY)
            at = i;
          if (i > 0)
            g_string_append_c (out, ',');
          if (self->kind == KIND_OBJECT)
            {
              write_space (out, is_plain);
              write_text (out, g_ptr_array_index (self->keys, at), is_plain);
              write_space (out, is_plain);
              g_string_append_c (out, ':');
            }
          write_value (out, g_ptr_array_index (self->members, at), is_plain);
        }
      write_space (out, is_plain);
      g_string_append_c (out, self->kind == KIND_ARRAY ? ']' : '}');
    }
  write_space (out, is_plain);
}

char *
random_json_write (RandomJson *self, gboolean is_plain)
{
  GString *out = g_string_new (NULL);

  write_value (out, self, is_plain);
  return g_string_free_and_steal (out);
}

static RandomJson *
from_node (JsonNode *node)
{
  RandomJson *self = g_new0 (RandomJson, 1);

  if (JSON_NODE_HOLDS_OBJECT (node) || JSON_NODE_HOLDS_ARRAY (node))
    {
      self->keys = g_ptr_array_new_with_free_func (g_free);
      self->members = g_ptr_array_new_with_free_func ((GDestroyNotify) random_json_free);
    }
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *key;
      JsonNode *member;

      self->kind = KIND_OBJECT;
      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, &key, &member))
        {
          g_ptr_array_add (self->keys, g_strdup (key));
          g_ptr_array_add (self->members, from_node (member));
        }
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      self->kind = KIND_ARRAY;
      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          g_ptr_array_add (self->keys, g_strdup (""));
          g_ptr_array_add (self->members, from_node (json_array_get_element (array, i)));
        }
    }
  else if (JSON_NODE_HOLDS_NULL (node))
    {
      self->kind = KIND_NULL;
    }
  else if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    {
      self->kind = KIND_BOOL;
      self->number = json_node_get_boolean (node);
    }
  else if (json_node_get_value_type (node) == G_TYPE_STRING)
    {
      self->kind = KIND_STRING;
      self->text = g_strdup (json_node_get_string (node));
    }
  else
    {
      self->kind = KIND_INT;
      self->number = json_node_get_int (node);
    }
  return self;
}

char *
random_json_scramble (const char *text)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  g_autoptr (RandomJson) json = NULL;

  g_assert_nonnull (node);
  json = from_node (node);
  return random_json_write (json, FALSE);
}
