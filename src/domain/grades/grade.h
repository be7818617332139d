// From figures to a grade: what each thing that is not as it should be weighs, part by part, and
// why the grade is what it is. And which schools are so quiet that somebody should look at it with
// them. Pure: the figures are handed in, and nothing here knows where they were counted.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "pack/grading.h"

namespace anxiao::grades {

// How many there are of what is counted: by part of the grading, by weight of the part; and by rule
// of `not_better`.
struct Figures {
  std::vector<std::vector<std::int64_t>> counts;
  std::vector<std::int64_t> open;

  explicit Figures(const pack::Grading& grading);
};

struct GradedPart {
  std::vector<double> points;  // by weight
  double sum = 0;              // of them, before it is cut off
  double counted = 0;          // no more than the part's most
};

struct Graded {
  double points = 0;
  double percent = 0;     // of the most possible
  std::size_t grade = 0;  // of the grading's, by points alone and then by what is grave
  std::size_t by_points = 0;
  std::vector<GradedPart> parts;
  std::vector<std::size_t> held_down;  // rules of `not_better` that hold
};

Graded grade_of(const pack::Grading& grading, const Figures& figures);

// A school among others of its kind in its district.
struct Reporting {
  std::optional<double> size;  // what the grading tells size by
  std::int64_t reports = 0;
  bool whole = true;   // it was there for all of the days that are looked at
  bool found = false;  // an inspection of its own found something in them
};

struct Silence {
  std::int64_t reports = 0;
  double peers_median = 0;
  std::int64_t peers = 0;
};

// Of schools of one kind in one district, each that is quiet; the others are left empty. One whose
// size is not known is held against those whose size is not known either.
std::vector<std::optional<Silence>> silences(const pack::Quiet& quiet,
                                             const std::vector<Reporting>& schools);

// By when a school is to be inspected again. `terms` are the school terms that are known, in order;
// in vacations nobody is sent.
struct InspectionTerm {
  Day from, to;
};
Day inspection_due(const pack::Grade& grade, const std::vector<InspectionTerm>& terms,
                   std::optional<Day> last, Day since, Day today);

}  // namespace anxiao::grades
