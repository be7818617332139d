// duties/*.yml: what must be done, by which post, how often, for which organisations.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/time.h"
#include "pack/pack_files.h"

namespace anxiao::pack {

namespace {

const std::vector<std::string> kCycles = {"school_day", "day",         "night",     "week",
                                          "month",      "quarter",     "half_year", "year",
                                          "term",       "school_year", "dates",     "event"};
const std::vector<std::string> kDays = {"school", "term", "vacation", "all"};
const std::vector<std::string> kEvents = {"term_start", "term_end", "vacation_start",
                                          "holiday_start"};
const std::vector<std::string> kWeekdays = {"monday", "tuesday",  "wednesday", "thursday",
                                            "friday", "saturday", "sunday"};
constexpr int kMinutesOfDay = 24 * 60;
constexpr int kTimesMost = 100;
constexpr int kDaysMost = 366;

// The place of a word in its list; 0 for one that was complained of.
int place_of(const std::vector<std::string>& words, const std::string& word) {
  const auto found = std::find(words.begin(), words.end(), word);
  return found == words.end() ? 0 : static_cast<int>(found - words.begin());
}

bool is_a_day(Cycle cycle) { return cycle == Cycle::day || cycle == Cycle::school_day; }
bool has_minutes(Cycle cycle) { return is_a_day(cycle) || cycle == Cycle::night; }
bool is_around_a_day(Cycle cycle) { return cycle == Cycle::dates || cycle == Cycle::event; }

int whole(Entry& entry, const std::string& name, int least, int most, int otherwise) {
  const auto number = entry.number_if(name);
  if (!number) return otherwise;
  if (*number == std::floor(*number) && *number >= least && *number <= most) {
    return static_cast<int>(*number);
  }
  entry.complain(name, fmt::format("is not a whole number from {} to {}", least, most),
                 "write one that is");
  return otherwise;
}

// `07:30`, up to `24:00`.
int minute(Entry& entry, const std::string& name) {
  const std::string text = entry.text(name);
  if (text.empty()) return 0;
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() == 5 && text[2] == ':' && digit(0) && digit(1) && digit(3) && digit(4)) {
    const int hours = std::stoi(text.substr(0, 2)), minutes = std::stoi(text.substr(3));
    if (minutes < 60 && hours * 60 + minutes <= kMinutesOfDay) return hours * 60 + minutes;
  }
  entry.complain(name, "`" + text + "` is no time of day", "write it in quotes, as \"07:30\"");
  return 0;
}

void read_who(Entry& entry, Duty& duty, const Pack& pack) {
  duty.post = entry.text("post");
  if (!duty.post.empty() && !pack.posts.empty() && !pack.post(duty.post)) {
    entry.complain("post", "there is no post `" + duty.post + "`", "name a post of posts.yml");
  }
  duty.when_vacant = entry.names_if("when_vacant");
  complain_of_posts(entry, "when_vacant", duty.when_vacant, pack);
  if (std::find(duty.when_vacant.begin(), duty.when_vacant.end(), duty.post) !=
      duty.when_vacant.end()) {
    entry.complain("when_vacant", "names the post itself", "name who should have filled it");
  }
  entry.each("at", [&](Entry& at) {
    duty.at.push_back(read_selector(at, pack));
    const Post* post = pack.post(duty.post);
    for (const std::string& kind : duty.at.back().kinds) {
      if (!post || std::find(post->at.begin(), post->at.end(), kind) != post->at.end()) continue;
      at.complain("kinds", "nobody holds the post `" + duty.post + "` at the kind `" + kind + "`",
                  "name another post or another kind");
    }
  });
  if (duty.at.empty()) entry.complain("at", "is empty", "say which organisations do it");
}

// `term` gives the number, its norm and its basis; they must agree with what the duty says.
void read_times(Entry& entry, Duty& duty, const Pack& pack) {
  duty.times = whole(entry, "times", 1, kTimesMost, 1);
  duty.term = entry.text_or("term", "");
  if (duty.term.empty()) return;
  const auto found = pack.terms.find(duty.term);
  if (entry.has("times")) {
    entry.complain("times", "is given by the term too", "keep one of the two");
  } else if (found == pack.terms.end()) {
    entry.complain("term", "there is no term `" + duty.term + "`", "name a term of terms.yml");
  } else if (const Term& term = found->second; term.unit != "count" || term.value < 1 ||
                                               term.value > kTimesMost ||
                                               term.value != std::floor(term.value)) {
    entry.complain("term", "is no number of times", "name a term whose unit is count");
  } else {
    duty.times = static_cast<int>(term.value);
    if (term.norm != duty.norm || term.basis != duty.basis) {
      entry.complain("term", fmt::format("rests on the norm {} as {}", term.norm, term.basis),
                     "let the duty name the same norm and basis");
    }
  }
}

void read_norm(Entry& entry, Duty& duty) {
  duty.basis = entry.one_of("basis", {"law", "reported", "default"});
  duty.norm = entry.text_or("norm", "");
  complain_of_norm(entry, "norm", duty.norm);
  if (duty.norm.empty() && duty.basis != "default") {
    entry.complain("norm", "is missing for a number that is not ours",
                   "name the norm, or make the basis `default`");
  }
  duty.strictest_of = entry.names_if("strictest_of");
  for (std::size_t place = 0; place < duty.strictest_of.size(); ++place) {
    complain_of_norm(entry, fmt::format("strictest_of[{}]", place), duty.strictest_of[place]);
  }
  if (!duty.strictest_of.empty() && std::find(duty.strictest_of.begin(), duty.strictest_of.end(),
                                              duty.norm) == duty.strictest_of.end()) {
    entry.complain("strictest_of", "does not name the norm that holds",
                   "name all that are parallel, `" + duty.norm + "` among them");
  }
}

YearDay read_year_day(Entry& entry) {
  YearDay rule;
  rule.month = whole(entry, "month", 1, 12, 0);
  if (!entry.has("month")) entry.complain("month", "is missing", "add `month:`");
  if (entry.has("day")) {
    rule.day = whole(entry, "day", 1, 31, 1);
    // A leap day would be due only every fourth year, which is rarely what is meant.
    const Day day = day_of(2023, std::max(rule.month, 1), 1).plus(rule.day - 1);
    if (month_of(day) != std::max(rule.month, 1)) {
      entry.complain("day", "is not in that month of every year", "write another day");
    }
    return rule;
  }
  rule.weekday = 1 + place_of(kWeekdays, entry.one_of("weekday", kWeekdays));
  const std::vector<std::string> which = {"first", "second", "third", "fourth", "last"};
  const int place = place_of(which, entry.one_of("which", which));
  rule.nth = place == 4 ? -1 : place + 1;
  return rule;
}

void read_when(Entry& entry, Duty& duty) {
  const std::string cycle = entry.one_of("cycle", kCycles);
  static constexpr Cycle kOf[] = {Cycle::school_day,  Cycle::day,   Cycle::night,
                                  Cycle::week,        Cycle::month, Cycle::quarter,
                                  Cycle::half_year,   Cycle::year,  Cycle::term,
                                  Cycle::school_year, Cycle::dates, Cycle::event};
  duty.cycle = kOf[place_of(kCycles, cycle)];
  if (duty.cycle == Cycle::event) duty.event = entry.one_of("event", kEvents);
  if (duty.cycle == Cycle::dates) {
    entry.each("dates", [&](Entry& date) { duty.dates.push_back(read_year_day(date)); });
    if (duty.dates.empty()) entry.complain("dates", "is empty", "add a day of the year");
  }
}

void read_counting(Entry& entry, Duty& duty) {
  const std::string days = entry.one_of("days", kDays, "school");
  duty.days = static_cast<Days>(place_of(kDays, days));
  if (duty.cycle == Cycle::school_day && duty.days != Days::school) {
    entry.complain("days", "are school days in this cycle", "make the cycle `day`");
  }
  duty.least_days = whole(entry, "least_days", 1, kDaysMost, 1);
  if (has_minutes(duty.cycle) && duty.least_days != 1) {
    entry.complain("least_days", "means nothing for a single day", "leave it out");
  }
  const auto months = entry.names_if("months");
  for (std::size_t place = 0; place < months.size(); ++place) {
    int month = 0;
    for (int each = 1; each <= 12; ++each) {
      if (months[place] == std::to_string(each)) month = each;
    }
    duty.months.push_back(month);
    if (month > 0) continue;
    entry.complain(fmt::format("months[{}]", place), "is no month", "write 1 to 12");
  }
  if (!months.empty() && !has_minutes(duty.cycle) && duty.cycle != Cycle::month) {
    entry.complain("months", "cannot choose among periods of this cycle",
                   "use them with days, nights and months");
  }
}

void read_window(Entry& entry, Duty& duty) {
  const auto node = entry.node("window");
  if (!node.IsDefined()) {
    if (duty.cycle == Cycle::night || is_around_a_day(duty.cycle)) {
      entry.complain("window", "is missing for this cycle", "say from when to when");
    }
    return;
  }
  Entry window(entry.source(), node, entry.at("window"));
  if (has_minutes(duty.cycle)) {
    duty.from_minute = minute(window, "from");
    duty.to_minute = minute(window, "to");
    if (duty.from_minute == kMinutesOfDay || duty.from_minute == duty.to_minute) {
      window.complain("to", "leaves no time", "let it end after it begins");
    } else if (duty.to_minute < duty.from_minute) {
      duty.to_minute += kMinutesOfDay;
    }
    if (duty.cycle == Cycle::night && duty.to_minute <= kMinutesOfDay) {
      window.complain("to", "is not after midnight", "let a night end on the next day");
    } else if (is_a_day(duty.cycle) && duty.to_minute > kMinutesOfDay) {
      window.complain("to", "lies on the next day", "make the cycle `night`");
    }
  } else if (is_around_a_day(duty.cycle)) {
    duty.from_day = whole(window, "from", -kDaysMost, kDaysMost, 0);
    duty.to_day = whole(window, "to", -kDaysMost, kDaysMost, 0);
    if (!window.has("from") || !window.has("to")) {
      window.complain("from", "is not given together with `to`", "count days from that day, as 0");
    } else if (duty.to_day < duty.from_day) {
      window.complain("to", "lies before `from`", "let it end after it begins");
    }
  } else {
    duty.from_day = whole(window, "from", 1, kDaysMost, 1);
    duty.to_day = whole(window, "to", 1, kDaysMost, 0);
    if (duty.to_day != 0 && duty.to_day < duty.from_day) {
      window.complain("to", "lies before `from`", "let it end after it begins");
    }
  }
  window.close();
}

void read_checklist_of(Entry& entry, Duty& duty, const Pack& pack) {
  duty.checklist = entry.text_or("checklist", "");
  if (duty.checklist.empty() || pack.checklist(duty.checklist)) return;
  entry.complain("checklist", "there is no checklist `" + duty.checklist + "`",
                 "name a checklist of this pack");
}

// People are named by the day.
void read_roster(Entry& entry, Duty& duty) {
  duty.rostered = entry.flag_or("roster", false);
  if (!duty.rostered || has_minutes(duty.cycle)) return;
  entry.complain("roster", "is for duties of days and nights", "leave it out");
}

// What it costs those who do it, and who asks it of them.
void read_burden(Entry& entry, Duty& duty, const Pack& pack) {
  duty.asked_by = entry.text_or("asked_by", "");
  const Facet* office = pack.facet("office");
  const bool known = duty.asked_by.empty() || !office ||
                     std::ranges::any_of(office->choices, [&](const auto& choice) {
                       return choice.first == duty.asked_by;
                     });
  if (!known) {
    entry.complain("asked_by", "there is no office `" + duty.asked_by + "`",
                   "name a choice of the facet `office`");
  }
  duty.minutes = entry.number_if("minutes").value_or(0);
  if (entry.has("minutes") && !(duty.minutes > 0 && duty.minutes <= kMinutesOfDay)) {
    entry.complain("minutes", "are not the minutes of one answer", "write more than 0");
  }
}

Duty read_duty(Entry& entry, std::set<std::string>& seen, const Pack& pack) {
  Duty duty;
  duty.id = entry.unique_id(seen);
  if (pack.duty(duty.id)) {
    entry.complain("id", "another file has the duty `" + duty.id + "`", "give each its own id");
  }
  duty.name = entry.words("name");
  read_who(entry, duty, pack);
  read_when(entry, duty);
  read_norm(entry, duty);
  read_times(entry, duty, pack);
  read_counting(entry, duty);
  read_window(entry, duty);
  read_checklist_of(entry, duty, pack);
  read_roster(entry, duty);
  read_burden(entry, duty, pack);
  duty.requirement = entry.text("requirement");
  if (!duty.requirement.empty() && !is_requirement(duty.requirement)) {
    entry.complain("requirement", "`" + duty.requirement + "` is no requirement",
                   "write its id, as C07.13");
  }
  if (const auto since = parse_day(entry.day("since"))) duty.since = *since;
  if (const auto text = entry.day_if("until")) {
    duty.until = *parse_day(*text);
    if (*duty.until <= duty.since) {
      entry.complain("until", "does not lie after `since`", "let a duty end after it began");
    }
  }
  return duty;
}

bool stands(const Pack& pack, const std::string& requirement) {
  return std::any_of(pack.clauses.begin(), pack.clauses.end(), [&](const Clause& clause) {
    return std::any_of(clause.requirements.begin(), clause.requirements.end(),
                       [&](const Requirement& each) { return each.id == requirement; });
  });
}

}  // namespace

void read_duties(Entry& file, Pack& pack) {
  std::set<std::string> seen;
  std::vector<Duty> read;
  file.each("duties", [&](Entry& entry) { read.push_back(read_duty(entry, seen, pack)); });
  for (Duty& duty : read) pack.duties.push_back(std::move(duty));
}

void check_what_duties_serve(Entry& file, Pack& pack) {
  const YAML::Node duties = file.node("duties");
  for (std::size_t place = 0; place < duties.size(); ++place) {
    Entry entry(file.source(), duties[place], "duties." + duties[place]["id"].Scalar());
    const std::string requirement = entry.text("requirement");
    if (stands(pack, requirement)) continue;
    entry.complain("requirement", "no clause has the requirement `" + requirement + "`",
                   "name one that a file of clauses/ has");
  }
}

}  // namespace anxiao::pack
