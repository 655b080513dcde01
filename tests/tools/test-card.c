/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture that says which one it is. fixture/pictures.py reads it, whatever size it is seen in:
 *
 *   the first sixteenth   32 fields, white for 1: the number of the picture, the highest bit first
 *   the second            32 fields: when it was drawn, milliseconds of CLOCK_MONOTONIC
 *   up to the middle      black with a white square that moves by a 64th with each picture
 *   the lower half        bars of white, yellow, cyan, green, magenta, red, blue and black
 */
#include "test-card.h"

#define N_BITS 32
#define N_BARS 8
#define N_STEPS 64

#define BLACK 0xff000000u
#define WHITE 0xffffffffu

static const uint32_t bars[N_BARS] = { WHITE,       0xffffff00u, 0xff00ffffu, 0xff00ff00u,
                                       0xffff00ffu, 0xffff0000u, 0xff0000ffu, BLACK };

static void
fill (uint32_t *pixels, size_t stride, int left, int top, int right, int bottom, uint32_t colour)
{
  for (int y = top; y < bottom; y++)
    for (int x = left; x < right; x++)
      pixels[(size_t) y * stride + (size_t) x] = colour;
}

/* STRIDE counts pixels, which are 0xffRRGGBB in this machine's byte order. */
void
test_card_draw (uint32_t *pixels, size_t stride, int width, int height, uint32_t number,
                uint32_t time_ms)
{
  const uint32_t words[] = { number, time_ms };
  int step = (int) (number % N_STEPS);
  int side = height / 8;

  for (int row = 0; row < 2; row++)
    for (int bit = 0; bit < N_BITS; bit++)
      fill (pixels, stride, width * bit / N_BITS, height * row / 16, width * (bit + 1) / N_BITS,
            height * (row + 1) / 16, words[row] >> (N_BITS - 1 - bit) & 1 ? WHITE : BLACK);

  fill (pixels, stride, 0, height / 8, width, height / 2, BLACK);
  fill (pixels, stride, (width - side) * step / N_STEPS, height / 4,
        (width - side) * step / N_STEPS + side, height / 4 + side, WHITE);

  for (int bar = 0; bar < N_BARS; bar++)
    fill (pixels, stride, width * bar / N_BARS, height / 2, width * (bar + 1) / N_BARS, height,
          bars[bar]);
}

/* Limited range of BT.601, two pixels at a time. */
void
test_card_to_yuy2 (const uint32_t *pixels, int width, int height, uint8_t *yuy2)
{
  for (size_t i = 0; i + 1 < (size_t) width * (size_t) height; i += 2, yuy2 += 4)
    for (int part = 0; part < 2; part++)
      {
        int r = pixels[i + (size_t) part] >> 16 & 0xff;
        int g = pixels[i + (size_t) part] >> 8 & 0xff;
        int b = pixels[i + (size_t) part] & 0xff;

        yuy2[2 * part] = (uint8_t) (16 + (66 * r + 129 * g + 25 * b + 128) / 256);
        if (part == 0)
          yuy2[1] = (uint8_t) (128 + (-38 * r - 74 * g + 112 * b) / 256);
        else
          yuy2[3] = (uint8_t) (128 + (112 * r - 94 * g - 18 * b) / 256);
      }
}
