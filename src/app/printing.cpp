#include "app/printing.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>

namespace anxiao::app {
namespace {

std::chrono::steady_clock::time_point last;
bool begun = false;

}  // namespace

void tell_progress(std::string_view what, std::int64_t done, std::int64_t total) {
  if (!isatty(STDERR_FILENO)) return;
  auto now = std::chrono::steady_clock::now();
  if (done < total && now - last < std::chrono::milliseconds(100)) return;
  last = now;
  begun = true;
  fmt::print(stderr, "\r{}: {} of {} ({} %)   ", what, done, total,
             total ? done * 100 / total : 100);
  std::fflush(stderr);
}

void end_progress() {
  if (begun) fmt::print(stderr, "\n");
  begun = false;
}

}  // namespace anxiao::app
