// calendar/YEAR.yml of a country, and calendar.yml of a pack: school years and their terms.

#include "pack/calendar.h"

#include <fmt/format.h>

#include <algorithm>

#include "pack/folder.h"
#include "pack/pack_files.h"

namespace anxiao::pack {

namespace {

constexpr int kSaturday = 6;

Day read_day(Entry& entry, const std::string& name) {
  const auto day = parse_day(entry.day(name));
  return day ? *day : Day{};
}

bool is_published(Entry& entry) {
  return entry.one_of("status", {"published", "expected"}) == "published";
}

// Days of a list, each of the year and later than the one before.
std::vector<Day> read_working_days(Entry& file, const HolidayYear& year) {
  std::vector<Day> days;
  const auto texts = file.names_if("working_days");
  for (std::size_t place = 0; place < texts.size(); ++place) {
    const std::string key = fmt::format("working_days[{}]", place);
    const auto day = parse_day(texts[place]);
    if (!day) {
      file.complain(key, "`" + texts[place] + "` is no day", "write it as 2026-02-14");
      continue;
    }
    const bool off = std::any_of(year.holidays.begin(), year.holidays.end(),
                                 [&](const Holiday& h) { return h.from <= *day && *day <= h.to; });
    if (year_of(*day) != year.year) {
      file.complain(key, "is a day of another year", "write it into the file of its year");
    } else if (weekday_of(*day) < kSaturday) {
      file.complain(key, "is neither a Saturday nor a Sunday", "leave it out: it is worked anyway");
    } else if (off) {
      file.complain(key, "is a holiday too", "make it one or the other");
    } else if (!days.empty() && *day <= days.back()) {
      file.complain(key, "does not come after the day before it", "put them in order");
    }
    days.push_back(*day);
  }
  return days;
}

Holiday read_holiday(Entry& entry, std::set<std::string>& seen, const HolidayYear& year) {
  Holiday holiday;
  holiday.id = entry.unique_id(seen);
  holiday.name = entry.words("name");
  holiday.from = read_day(entry, "from");
  holiday.to = read_day(entry, "to");
  if (holiday.to < holiday.from) {
    entry.complain("to", "lies before `from`", "let a holiday end after it began");
  } else if (year_of(holiday.from) != year.year || year_of(holiday.to) != year.year) {
    entry.complain("from", "is not within the year of the file", "write each year's days apart");
  } else if (!year.holidays.empty() && holiday.from <= year.holidays.back().to) {
    entry.complain("from", "does not come after the holiday before it", "put them in order");
  }
  return holiday;
}

HolidayYear read_holiday_year(Entry& file) {
  HolidayYear year;
  year.year = static_cast<int>(file.number("year"));
  if (file.source().file() != fmt::format("{}.yml", year.year)) {
    file.complain("year", "is not the year after which the file is called",
                  fmt::format("call the file {}.yml", year.year));
  }
  year.published = is_published(file);
  year.source = file.words("source");
  std::set<std::string> seen;
  file.each("holidays",
            [&](Entry& entry) { year.holidays.push_back(read_holiday(entry, seen, year)); });
  year.working_days = read_working_days(file, year);
  if (!year.published && !year.working_days.empty()) {
    file.complain("working_days", "are not known before they are announced",
                  "leave them out, or make the status `published`");
  }
  file.close();
  return year;
}

void complain_of_gaps(const std::vector<HolidayYear>& years, std::vector<Complaint>& complaints) {
  for (std::size_t place = 1; place < years.size(); ++place) {
    if (years[place].year == years[place - 1].year + 1) continue;
    complaints.push_back({fmt::format("{}.yml", years[place].year), 0, "",
                          "does not follow the year before it",
                          fmt::format("add {}.yml", years[place].year - 1)});
  }
}

// `2026-S1`.
bool is_term_of_year(const std::string& id, int year) {
  return id.size() == 7 && id.rfind(fmt::format("{:04}-S", year), 0) == 0 && id[6] >= '1' &&
         id[6] <= '9';
}

std::vector<SchoolTerm> read_terms_of(Entry& entry, const SchoolYear& year) {
  std::vector<SchoolTerm> terms;
  entry.each("terms", [&](Entry& each) {
    SchoolTerm term;
    term.id = each.text("id");
    term.from = read_day(each, "from");
    term.to = read_day(each, "to");
    if (!term.id.empty() && !is_term_of_year(term.id, year_of(term.from))) {
      each.complain("id", "`" + term.id + "` is no id of a term that begins then",
                    fmt::format("write {:04}-S1, or -S2 for the second that begins in that year",
                                year_of(term.from)));
    }
    if (term.to < term.from) {
      each.complain("to", "lies before `from`", "let a term end after it began");
    } else if (term.from < year.from || term.to > year.to) {
      each.complain("from", "is not within the school year", "change the term or the school year");
    } else if (!terms.empty() && (term.from <= terms.back().to || term.id <= terms.back().id)) {
      each.complain("from", "does not come after the term before it", "put them in order");
    }
    terms.push_back(std::move(term));
  });
  if (terms.empty()) entry.complain("terms", "is empty", "add the terms");
  return terms;
}

void check_years(Entry& entry, const SchoolYear& year, const Pack& pack) {
  const int first = year_of(year.from);
  if (!year.id.empty() && year.id != fmt::format("{:04}-{:04}", first, first + 1)) {
    entry.complain("id", "`" + year.id + "` is no id of a school year that begins then",
                   fmt::format("write {:04}-{:04}", first, first + 1));
  }
  if (year.to < year.from) {
    entry.complain("to", "lies before `from`", "let a school year end after it began");
  } else if (!pack.school_years.empty() && year.from != pack.school_years.back().to.plus(1)) {
    entry.complain("from", "is not the day after the school year before it ended",
                   "let no day lie between two school years, or in both");
  }
}

}  // namespace

void read_school_years(Entry& file, Pack& pack) {
  file.each("school_years", [&](Entry& entry) {
    SchoolYear year;
    year.id = entry.text("id");
    year.from = read_day(entry, "from");
    year.to = read_day(entry, "to");
    year.published = is_published(entry);
    check_years(entry, year, pack);
    year.terms = read_terms_of(entry, year);
    std::set<std::string> seen;
    entry.each_if("for_kinds", [&](Entry& group) {
      auto kinds = kinds_named(group, "kinds", pack);
      for (const std::string& kind : kinds) {
        if (!seen.insert(kind).second) {
          group.complain("kinds", "`" + kind + "` stands in two groups", "keep it in one");
        }
      }
      if (kinds.empty()) group.complain("kinds", "names nothing", "name at least one kind");
      year.for_kinds.push_back({std::move(kinds), read_terms_of(group, year)});
    });
    pack.school_years.push_back(std::move(year));
  });
  if (pack.school_years.empty()) {
    file.complain("school_years", "is empty", "add the school years");
  }
}

const std::vector<SchoolTerm>& terms_for(const SchoolYear& year, const std::string& kind) {
  for (const SchoolYear::Group& group : year.for_kinds) {
    if (std::find(group.kinds.begin(), group.kinds.end(), kind) != group.kinds.end()) {
      return group.terms;
    }
  }
  return year.terms;
}

LoadedYears load_holidays(const std::filesystem::path& folder) {
  LoadedYears loaded;
  std::vector<File> files;
  for (const std::string& path : yaml_files_in(folder)) {
    take_file(folder, path, files, loaded.complaints);
  }
  for (const File& file : files) {
    read_yaml(
        file, [&](Entry& entry) { loaded.years.push_back(read_holiday_year(entry)); },
        loaded.complaints);
  }
  if (files.empty()) {
    loaded.complaints.push_back({"", 0, "", "there is no year", "add a file a year; see schema"});
  }
  if (loaded.complaints.empty()) complain_of_gaps(loaded.years, loaded.complaints);
  sort(loaded.complaints);
  if (!loaded.complaints.empty()) loaded.years.clear();
  return loaded;
}

}  // namespace anxiao::pack
