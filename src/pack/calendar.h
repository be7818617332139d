// The working days of a country, a file a year: public holidays, and the Saturdays and Sundays that
// are worked for them. They are no part of a pack, because every pack of the country shares them.
// A year whose arrangement has not been announced is `expected`: it holds the days that the law
// names and no worked weekends, and whoever shows such a day says so.

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/time.h"
#include "pack/pack.h"

namespace anxiao::pack {

struct Holiday {
  std::string id;  // spring_festival
  Words name;
  Day from;  // days off, both ends in; weekends that touch them may be among them
  Day to;
};

struct HolidayYear {
  int year = 0;
  bool published = false;
  Words source;
  std::vector<Holiday> holidays;  // in order
  std::vector<Day> working_days;  // Saturdays and Sundays, in order
};

// Years in order, one after the other. A folder with any complaint gives none. Throws
// std::filesystem::filesystem_error when the folder cannot be read.
struct LoadedYears {
  std::vector<HolidayYear> years;
  std::vector<Complaint> complaints;
};
LoadedYears load_holidays(const std::filesystem::path& folder);

// The terms of a kind of school in a school year: its own, else everybody's.
const std::vector<SchoolTerm>& terms_for(const SchoolYear& year, const std::string& kind);

}  // namespace anxiao::pack
