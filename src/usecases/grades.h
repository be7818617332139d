// The grades of schools, for those who supervise them: how many of each grade there are at a place,
// which schools they are with the worst first, and of each school, figure by figure, why. And which
// are so quiet that somebody should look at it together with them; that weighs nothing.
//
// Nothing of this goes to anybody who is not granted it, and nothing of it is about a person.

#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "usecases/grade_facts.h"
#include "usecases/office.h"
#include "usecases/page.h"
#include "usecases/standings.h"
#include "usecases/sums.h"
#include "usecases/words.h"

namespace anxiao::usecases {

struct GradeFilter {
  std::string grade;     // empty: every grade
  bool quiet = false;    // only those that are
  bool overdue = false;  // only those whose inspection is
  Paging paging;         // cursor `i`
};

struct GradeCount {
  std::string grade;
  pack::Words name;
  std::string sign;
  std::optional<double> up_to;  // percent or points, after `measure`
  double inspect = 0;           // times a school term, or every so many days
  bool inspect_days = false;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(GradeCount, (), (grade, name, sign, up_to, inspect, inspect_days, count))

struct QuietView {
  std::int64_t hazards = 0;
  double peers_median = 0;
  std::int64_t peers = 0;
  std::string from, to;  // days that are looked at; those of school terms count
};
BOOST_DESCRIBE_STRUCT(QuietView, (), (hazards, peers_median, peers, from, to))

struct InspectionView {
  std::optional<std::string> last;  // day
  std::string due;                  // day
  bool overdue = false;
};
BOOST_DESCRIBE_STRUCT(InspectionView, (), (last, due, overdue))

struct GradedPartLine {
  std::string part;
  double points = 0;  // no more than its most
};
BOOST_DESCRIBE_STRUCT(GradedPartLine, (), (part, points))

struct GradeLine {
  Ref organisation;
  std::string kind;
  std::string grade;
  double points = 0;
  double percent = 0;
  bool held_down = false;  // by something grave, whatever the points
  std::vector<GradedPartLine> parts;
  InspectionView inspection;
  std::optional<QuietView> quiet;
};
BOOST_DESCRIBE_STRUCT(GradeLine, (),
                      (organisation, kind, grade, points, percent, held_down, parts, inspection,
                       quiet))

struct GradesView {
  Ref organisation;
  std::string kind;
  std::string measure;  // percent, points
  double most = 0;
  std::vector<GradeCount> counts;
  std::int64_t graded = 0, overdue = 0, quiet = 0;
  std::vector<GradeLine> items;
  std::int64_t all = 0;  // that the filter lets through
  std::optional<std::string> next;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(GradesView, (),
                      (organisation, kind, measure, most, counts, graded, overdue, quiet, items,
                       all, next, as_of))

// One figure behind a grade. `requirements` are those that are counted, where requirements are.
struct WeighedView {
  std::string what;
  bool heavier = false;
  std::int64_t count = 0;
  double each = 0;
  double points = 0;
  std::string term;
  std::vector<std::string> requirements;
};
BOOST_DESCRIBE_STRUCT(WeighedView, (), (what, heavier, count, each, points, term, requirements))

struct GradedPartView {
  std::string part;
  pack::Words name;
  std::string of;  // standing, open, misses, opened
  std::optional<std::string> loop;
  std::optional<std::string> from, to;  // days that are looked at
  std::vector<WeighedView> lines;
  double sum = 0;     // of the lines
  double points = 0;  // no more than
  double most = 0;
};
BOOST_DESCRIBE_STRUCT(GradedPartView, (),
                      (part, name, of, loop, from, to, lines, sum, points, most))

struct HeldDownView {
  std::string grade;
  pack::Words why;
  std::string loop;
  std::vector<std::string> levels;
  std::int64_t count = 0;
  double at_least = 0;
  std::string term;
};
BOOST_DESCRIBE_STRUCT(HeldDownView, (), (grade, why, loop, levels, count, at_least, term))

struct GradeWhy {
  Ref organisation;
  std::string kind;
  std::string measure;
  std::string grade;
  std::string grade_by_points;
  double points = 0, percent = 0, most = 0;
  std::vector<GradedPartView> parts;
  std::vector<HeldDownView> held_down;
  InspectionView inspection;
  std::optional<QuietView> quiet;
  std::vector<GradeCount> scale;  // the grades; `count` is 1 at its own
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(GradeWhy, (),
                      (organisation, kind, measure, grade, grade_by_points, points, percent, most,
                       parts, held_down, inspection, quiet, scale, as_of))

// What is kept and read here.
struct GradeSources {
  Standings& standings;
  Sums& sums;
  GradeFacts& facts;
};

// Refuses `not_found`, `authority.forbidden`, `grades.none` where the pack grades nobody, and
// `grades.unknown_grade`.
Result<GradesView> read_grades(Reader& reader, const Office& office, const GradeSources& sources,
                               const std::string& organisation, const GradeFilter& filter);
// Refuses `grades.not_graded` besides.
Result<GradeWhy> explain_grade(Reader& reader, const Office& office, const GradeSources& sources,
                               const std::string& organisation);

}  // namespace anxiao::usecases
