/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

void test_card_draw (uint32_t *pixels, size_t stride, int width, int height, uint32_t number,
                     uint32_t time_ms);
void test_card_to_yuy2 (const uint32_t *pixels, int width, int height, uint8_t *yuy2);
