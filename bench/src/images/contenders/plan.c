/*
 * The engine's plan as plain C on libvips, to measure what Node, sharp and our code add to it.
 * Reads a path a line, makes the four bounded variants in memory, answers the CPU microseconds it took.
 *
 *   cc -O2 plan.c -o plan $(pkg-config --cflags --libs vips)
 */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <vips/vips.h>

static const int bounds[] = {1200, 600, 300, 150};

static long cpu_microseconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000L + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static int fit(long side, long longest, long limit) {
  long scaled = longest <= limit ? side : (2 * side * limit + longest) / (2 * longest);
  return scaled < 1 ? 1 : (int) scaled;
}

static int encode(VipsImage *image) {
  void *bytes = NULL;
  size_t length = 0;
  if (vips_webpsave_buffer(image, &bytes, &length, "Q", 85, "effort", 2, "strip", TRUE, NULL)) return -1;
  g_free(bytes);
  return 0;
}

static int build(const char *path) {
  VipsImage *header = vips_image_new_from_file(path, NULL);
  if (!header) return -1;
  int width = vips_image_get_width(header), height = vips_image_get_height(header);
  g_object_unref(header);
  int longest = width > height ? width : height;

  VipsImage *above = NULL;
  for (int i = 0; i < 4; i++) {
    int w = fit(width, longest, bounds[i]), h = fit(height, longest, bounds[i]);
    VipsImage *lazy = NULL, *held = NULL;
    int failed = above
      ? vips_resize(above, &lazy, (double) w / vips_image_get_width(above),
                    "vscale", (double) h / vips_image_get_height(above), NULL)
      : vips_thumbnail(path, &lazy, w, "height", h, "size", VIPS_SIZE_FORCE, NULL);
    if (failed) return -1;
    held = vips_image_copy_memory(lazy);
    g_object_unref(lazy);
    if (above) g_object_unref(above);
    if (!held || encode(held)) return -1;
    above = held;
  }
  g_object_unref(above);
  return 0;
}

int main(int argc, char **argv) {
  char path[4096];
  if (argc < 1 || VIPS_INIT(argv[0])) return 1;
  vips_cache_set_max(0);
  vips_concurrency_set(1);
  while (fgets(path, sizeof path, stdin)) {
    path[strcspn(path, "\n")] = '\0';
    long before = cpu_microseconds();
    if (build(path)) {
      fprintf(stderr, "%s: %s", path, vips_error_buffer());
      return 1;
    }
    printf("%ld\n", cpu_microseconds() - before);
    fflush(stdout);
  }
  return 0;
}
