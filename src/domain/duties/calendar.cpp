#include "domain/duties/calendar.h"

#include <fmt/format.h>

#include <algorithm>

namespace anxiao::duties {

namespace {

constexpr int kFriday = 5;
// Windows reach a little beyond the known years.
constexpr int kMarginDays = 400;

Refusal misplaced(const std::string& term) {
  return {.why = Why::refused,
          .key = "calendar.term_misplaced",
          .detail = fmt::format("the term {} leaves its school year or meets another", term),
          .field = "terms",
          .args = {{"term", term}}};
}

Result<void> change_term(std::vector<pack::SchoolTerm>& terms, const TermChange& change) {
  const auto found = std::ranges::find(terms, change.term, &pack::SchoolTerm::id);
  if (found == terms.end()) {
    return Refusal{.why = Why::refused,
                   .key = "calendar.term_unknown",
                   .detail = fmt::format("there is no term {}", change.term),
                   .field = "terms",
                   .args = {{"term", change.term}}};
  }
  found->from = change.from;
  found->to = change.to;
  return {};
}

Result<void> check_places(const std::vector<pack::SchoolTerm>& terms,
                          const std::vector<pack::SchoolYear>& years) {
  for (std::size_t place = 0; place < terms.size(); ++place) {
    const auto& term = terms[place];
    const bool within = std::ranges::any_of(
        years, [&](const auto& year) { return year.from <= term.from && term.to <= year.to; });
    const bool meets = place > 0 && term.from <= terms[place - 1].to;
    if (term.to < term.from || !within || meets) return misplaced(term.id);
  }
  return {};
}

}  // namespace

WorkingDays::WorkingDays(const std::vector<pack::HolidayYear>& years, const Zone& zone)
    : zone_(zone) {
  if (years.empty()) return;
  known_first_ = anxiao::day_of(years.front().year, 1, 1);
  known_last_ = anxiao::day_of(years.back().year, 12, 31);
  for (Day day = known_first_; day <= known_last_; day = day.plus(1)) {
    worked_.push_back(weekday_of(day) <= kFriday);
  }
  for (const auto& year : years) {
    for (const auto& holiday : year.holidays) {
      holidays_.push_back({fmt::format("{:04}-{}", year.year, holiday.id), holiday.from});
      for (Day day = holiday.from; day <= holiday.to; day = day.plus(1)) {
        worked_[day.number - known_first_.number] = false;
      }
    }
    for (Day day : year.working_days) worked_[day.number - known_first_.number] = true;
  }
  first_ = known_first_.plus(-kMarginDays);
  for (Day day = first_; day <= known_last_.plus(kMarginDays); day = day.plus(1)) {
    starts_.push_back(zone.start_of(day));
  }
}

bool WorkingDays::knows(Day day) const {
  return !worked_.empty() && known_first_ <= day && day <= known_last_;
}

bool WorkingDays::is_worked(Day day) const {
  return knows(day) ? worked_[day.number - known_first_.number] : weekday_of(day) <= kFriday;
}

Instant WorkingDays::start_of(Day day) const {
  const auto place = static_cast<std::size_t>(day.number - first_.number);
  return day >= first_ && place < starts_.size() ? starts_[place] : zone_.start_of(day);
}

Result<SchoolCalendar> SchoolCalendar::compose(std::shared_ptr<const WorkingDays> country,
                                               const std::vector<pack::SchoolYear>& years,
                                               const std::string& kind,
                                               const std::vector<Changes>& layers,
                                               const std::vector<Closure>& closures) {
  SchoolCalendar calendar(std::move(country), years);
  for (const auto& year : years) {
    const auto& terms = pack::terms_for(year, kind);
    calendar.terms_.insert(calendar.terms_.end(), terms.begin(), terms.end());
  }
  for (const auto& layer : layers) {
    for (const auto& change : layer.terms) TRY(change_term(calendar.terms_, change));
  }
  TRY(check_places(calendar.terms_, calendar.years_));
  for (const auto& closure : closures) {
    if (closure.from <= closure.to) continue;
    return Refusal{.why = Why::refused,
                   .key = "calendar.closure_backwards",
                   .detail = "a closure ends before it begins",
                   .field = "closures"};
  }
  calendar.mark(layers, closures);
  return calendar;
}

void SchoolCalendar::mark(const std::vector<Changes>& layers,
                          const std::vector<Closure>& closures) {
  if (years_.empty()) return;
  const Day first = years_.front().from, last = years_.back().to;
  marks_.assign(static_cast<std::size_t>(last.number - first.number + 1), 0);
  const auto each = [&](Day from, Day to, auto change) {
    for (Day day = std::max(from, first); day <= std::min(to, last); day = day.plus(1)) {
      change(day, marks_[day.number - first.number]);
    }
  };
  for (const auto& term : terms_) {
    each(term.from, term.to,
         [&](Day day, auto& mark) { mark = in_term | (country_->is_worked(day) ? lessons : 0); });
  }
  for (const auto& layer : layers) {
    for (const auto& change : layer.days) {
      each(change.day, change.day, [&](Day, auto& mark) {
        mark = static_cast<std::uint8_t>((mark & in_term) | (change.lessons ? lessons : 0));
      });
    }
  }
  for (const auto& closure : closures) {
    each(closure.from, closure.to, [](Day, auto& mark) { mark |= closed; });
  }
  sums_.assign(marks_.size() + 1, {});
  for (std::size_t place = 0; place < marks_.size(); ++place) {
    const int mark = marks_[place];
    Sums next = sums_[place];
    if (mark & lessons) ++next.school_gross;
    if ((mark & lessons) && !(mark & closed)) ++next.school;
    if (mark & in_term) ++next.term_gross;
    if ((mark & in_term) && !(mark & closed)) ++next.term;
    if (!(mark & in_term)) ++next.vacation;
    sums_[place + 1] = next;
  }
}

bool SchoolCalendar::knows(Day day) const {
  return !years_.empty() && years_.front().from <= day && day <= years_.back().to &&
         country_->knows(day);
}

int SchoolCalendar::mark_of(Day day) const {
  if (years_.empty() || day < years_.front().from || day > years_.back().to) return 0;
  return marks_[day.number - years_.front().from.number];
}

bool SchoolCalendar::is_school_day(Day day) const {
  return (mark_of(day) & (lessons | closed)) == lessons;
}

bool SchoolCalendar::is_closed(Day day) const { return mark_of(day) & closed; }

const pack::SchoolTerm* SchoolCalendar::term_of(Day day) const {
  const auto after = std::ranges::upper_bound(terms_, day, {}, &pack::SchoolTerm::from);
  if (after == terms_.begin()) return nullptr;
  const auto& term = *std::prev(after);
  return day <= term.to ? &term : nullptr;
}

const pack::SchoolTerm* SchoolCalendar::term(std::string_view id) const {
  const auto found = std::ranges::find(terms_, id, &pack::SchoolTerm::id);
  return found == terms_.end() ? nullptr : &*found;
}

const pack::SchoolYear* SchoolCalendar::school_year(std::string_view id) const {
  const auto found = std::ranges::find(years_, id, &pack::SchoolYear::id);
  return found == years_.end() ? nullptr : &*found;
}

std::size_t SchoolCalendar::place_of(Day day) const {
  const int place = day.number - years_.front().from.number;
  return static_cast<std::size_t>(std::clamp(place, 0, static_cast<int>(marks_.size())));
}

int SchoolCalendar::count(pack::Days which, Day first, Day last, bool closures) const {
  if (last < first) return 0;
  if (which == pack::Days::all) return last.number - first.number + 1;
  if (years_.empty()) return 0;
  const auto& from = sums_[place_of(first)];
  const auto& to = sums_[place_of(last.plus(1))];
  if (which == pack::Days::vacation) return to.vacation - from.vacation;
  if (which == pack::Days::term) {
    return closures ? to.term - from.term : to.term_gross - from.term_gross;
  }
  return closures ? to.school - from.school : to.school_gross - from.school_gross;
}

}  // namespace anxiao::duties
