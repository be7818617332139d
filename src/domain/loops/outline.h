// A chart as its picture needs it: who leads where, under which names, and what is recorded at a
// stage without leaving it. No coordinates but those of the doors, which the picture sets.

#pragma once

#include <string>
#include <vector>

#include "pack/pack.h"

namespace anxiao::loops {

// One arrow between two stages, by their place in the chart; the moves that take it.
struct Way {
  std::size_t from = 0;
  std::size_t to = 0;
  bool forward = true;
  std::vector<std::string> names;
};

struct Outline {
  std::vector<Way> ways;
  // For each stage: the opening moves that begin there, and the moves that stay.
  std::vector<std::vector<std::string>> doors;
  std::vector<std::vector<std::string>> records;
  std::vector<double> door_x;
};

// A move that completes stages on its way is drawn through them, its name at the first arrow; an
// opening move has its name at the door of the first stage it passes.
Outline outline_of(const pack::Chart& chart, bool english);

// The same in one paragraph, for whoever does not see the picture.
std::string description_of(const pack::Chart& chart, const Outline& outline, bool english,
                           const std::string& here);

}  // namespace anxiao::loops
