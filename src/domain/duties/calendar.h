// The calendar of a school: which days have lessons. It is put together from the working days of
// the country, the city's terms, what a district and the school changed, and closures; each is
// handed in as a value, and whoever keeps them does not matter here.
//
// It is built once for many schools (all of one kind and district that changed nothing share one)
// and then asked millions of times, so every question is answered by looking up, not by scanning.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "pack/calendar.h"
#include "pack/pack.h"

namespace anxiao::duties {

// A day by which others count: the first of a holiday, named `2026-labour_day`.
struct NamedDay {
  std::string name;
  Day day;
};

// The working days of the country, and the instants at which days begin. The zone outlives it.
class WorkingDays {
 public:
  WorkingDays(const std::vector<pack::HolidayYear>& years, const Zone& zone);

  // In years that are not known Monday to Friday are worked.
  bool is_worked(Day day) const;
  bool knows(Day day) const;
  const std::vector<NamedDay>& holidays() const { return holidays_; }

  Instant start_of(Day day) const;
  Day day_of(Instant instant) const { return zone_.day_of(instant); }

 private:
  const Zone& zone_;
  Day first_;  // of `starts_`
  std::vector<Instant> starts_;
  Day known_first_, known_last_;  // of `worked_`
  std::vector<char> worked_;
  std::vector<NamedDay> holidays_;
};

// What a district or a school changes of what is above it: a term has other days, a day has
// lessons though it would have none, or none though it would.
struct TermChange {
  std::string term;
  Day from, to;
};
struct DayChange {
  Day day;
  bool lessons = false;
};
struct Changes {
  std::vector<TermChange> terms;
  std::vector<DayChange> days;
};

// Days on which the school is shut, both ends in: a rainstorm, an epidemic.
struct Closure {
  Day from, to;
};

class SchoolCalendar {
 public:
  // `layers` from above downwards: a later one changes what an earlier one said. A closure takes
  // away also a day that was given lessons.
  //
  // Refused: calendar.term_unknown (args.term), calendar.term_misplaced (it ends before it begins,
  // leaves its school year or meets another; args.term), calendar.closure_backwards.
  static Result<SchoolCalendar> compose(std::shared_ptr<const WorkingDays> country,
                                        const std::vector<pack::SchoolYear>& years,
                                        const std::string& kind,
                                        const std::vector<Changes>& layers = {},
                                        const std::vector<Closure>& closures = {});

  // Whether the day lies in a school year of the pack and in a year of the country.
  bool knows(Day day) const;
  bool is_school_day(Day day) const;
  bool is_closed(Day day) const;
  // Empty in the vacation.
  const pack::SchoolTerm* term_of(Day day) const;
  const pack::SchoolTerm* term(std::string_view id) const;
  const pack::SchoolYear* school_year(std::string_view id) const;

  const std::vector<pack::SchoolTerm>& terms() const { return terms_; }
  const std::vector<pack::SchoolYear>& school_years() const { return years_; }
  const WorkingDays& country() const { return *country_; }

  // How many of the days from `first` to `last` count; `closures` false: as if there were none.
  int count(pack::Days which, Day first, Day last, bool closures = true) const;

 private:
  // Sums up to, not with, each day of the school years.
  struct Sums {
    std::uint16_t school = 0, school_gross = 0, term = 0, term_gross = 0, vacation = 0;
  };
  enum Mark : std::uint8_t { in_term = 1, lessons = 2, closed = 4 };

  SchoolCalendar(std::shared_ptr<const WorkingDays> country, std::vector<pack::SchoolYear> years)
      : country_(std::move(country)), years_(std::move(years)) {}
  void mark(const std::vector<Changes>& layers, const std::vector<Closure>& closures);
  int mark_of(Day day) const;
  std::size_t place_of(Day day) const;  // clamped to the school years

  std::shared_ptr<const WorkingDays> country_;
  std::vector<pack::SchoolYear> years_;
  std::vector<pack::SchoolTerm> terms_;
  std::vector<std::uint8_t> marks_;
  std::vector<Sums> sums_;
};

}  // namespace anxiao::duties
