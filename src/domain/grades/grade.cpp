#include "domain/grades/grade.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace anxiao::grades {

namespace {

// Weights are decimal fractions: what should be equal is not to differ by its last bit.
constexpr double kLeast = 1e-9;

std::size_t grade_for(const pack::Grading& grading, double measure) {
  for (std::size_t place = 0; place < grading.grades.size(); ++place) {
    const auto& up_to = grading.grades[place].up_to;
    if (!up_to || measure <= *up_to + kLeast) return place;
  }
  return grading.grades.size() - 1;
}

std::size_t place_of(const pack::Grading& grading, const std::string& grade) {
  return static_cast<std::size_t>(grading.grade(grade) - grading.grades.data());
}

// Of sorted numbers without the one at `left_out`.
double median_without(const std::vector<std::int64_t>& numbers, std::size_t left_out) {
  const auto other = [&](std::size_t place) {
    return static_cast<double>(numbers[place < left_out ? place : place + 1]);
  };
  const auto count = numbers.size() - 1, half = count / 2;
  return count % 2 == 1 ? other(half) : (other(half - 1) + other(half)) / 2;
}

// Where no size is known: a band of its own.
std::size_t band_of(const pack::Quiet& quiet, const Reporting& school) {
  if (!school.size) return quiet.band_ends.size() + 1;
  const auto end = std::ranges::upper_bound(quiet.band_ends, *school.size);
  return static_cast<std::size_t>(end - quiet.band_ends.begin());
}

}  // namespace

Figures::Figures(const pack::Grading& grading) : open(grading.not_better.size()) {
  counts.reserve(grading.parts.size());
  for (const auto& part : grading.parts) counts.emplace_back(part.weights.size());
}

Graded grade_of(const pack::Grading& grading, const Figures& figures) {
  Graded graded;
  for (std::size_t at = 0; at < grading.parts.size(); ++at) {
    const auto& part = grading.parts[at];
    GradedPart out;
    for (std::size_t weight = 0; weight < part.weights.size(); ++weight) {
      out.points.push_back(static_cast<double>(figures.counts[at][weight]) *
                           part.weights[weight].points);
      out.sum += out.points.back();
    }
    out.counted = std::min(out.sum, part.most);
    graded.points += out.counted;
    graded.parts.push_back(std::move(out));
  }
  graded.percent = 100 * graded.points / grading.most();
  graded.by_points = grade_for(grading, grading.in_percent ? graded.percent : graded.points);
  graded.grade = graded.by_points;
  for (std::size_t rule = 0; rule < grading.not_better.size(); ++rule) {
    const auto& each = grading.not_better[rule];
    if (static_cast<double>(figures.open[rule]) < each.at_least) continue;
    graded.held_down.push_back(rule);
    graded.grade = std::max(graded.grade, place_of(grading, each.grade));
  }
  return graded;
}

std::vector<std::optional<Silence>> silences(const pack::Quiet& quiet,
                                             const std::vector<Reporting>& schools) {
  std::vector<std::optional<Silence>> out(schools.size());
  std::map<std::size_t, std::vector<std::size_t>> bands;
  for (std::size_t place = 0; place < schools.size(); ++place)
    if (schools[place].whole) bands[band_of(quiet, schools[place])].push_back(place);
  for (const auto& [band, members] : bands) {
    if (members.size() < static_cast<std::size_t>(quiet.peers) + 1) continue;
    std::vector<std::int64_t> reports;
    for (const auto place : members) reports.push_back(schools[place].reports);
    std::ranges::sort(reports);
    for (const auto place : members) {
      const auto& school = schools[place];
      if (school.found) continue;
      const auto own = std::ranges::lower_bound(reports, school.reports) - reports.begin();
      const double peers = median_without(reports, static_cast<std::size_t>(own));
      if (static_cast<double>(school.reports) < peers * quiet.share / 100 - kLeast)
        out[place] = Silence{.reports = school.reports,
                             .peers_median = peers,
                             .peers = static_cast<std::int64_t>(members.size()) - 1};
    }
  }
  return out;
}

Day inspection_due(const pack::Grade& grade, const std::vector<InspectionTerm>& terms,
                   std::optional<Day> last, Day since, Day today) {
  const Day from = last.value_or(since);
  if (grade.inspect_days) return from.plus(static_cast<int>(grade.inspect));
  // Of the term that runs, or of the next.
  const auto term = std::ranges::find_if(terms, [&](const auto& each) { return today <= each.to; });
  // Years that nobody has planned yet: as if every term had half a year.
  constexpr int kHalfYear = 182;
  const auto stretch = [&](int days) {
    return static_cast<int>(std::ceil(static_cast<double>(days) / grade.inspect));
  };
  if (term == terms.end()) return from.plus(stretch(kHalfYear));
  const int days = term->to.number - term->from.number + 1;
  const Day due = std::max(from, term->from).plus(stretch(days));
  // What remains of the term is too short for another time: early in the next.
  const auto next = term + 1;
  if (due <= term->to || next == terms.end()) return due;
  return next->from.plus(stretch(next->to.number - next->from.number + 1));
}

}  // namespace anxiao::grades
