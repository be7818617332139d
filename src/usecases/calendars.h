// The calendars of schools, composed once and kept: the working days of the country, the city's
// terms from the pack, and what municipality, district and school changed or closed, which are rows
// of the ledgers `calendar_terms`, `calendar_days` and `closures`. What was composed is forgotten
// when the journal says that one of those rows changed.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/duties/calendar.h"
#include "pack/calendar.h"
#include "pack/pack.h"
#include "usecases/ports.h"

namespace anxiao::usecases {

inline constexpr const char* kClosures = "closures";
inline constexpr const char* kCalendarDays = "calendar_days";
inline constexpr const char* kCalendarTerms = "calendar_terms";

class Calendars {
 public:
  // The zone outlives it.
  Calendars(const Zone& zone, std::vector<pack::HolidayYear> years);

  const std::shared_ptr<const duties::WorkingDays>& country() const { return country_; }
  // The public holiday of a day, if it is one.
  std::optional<pack::Words> holiday_on(Day day) const;

  // Of an organisation of this kind at this path; schools that changed nothing share one. Rows that
  // no longer fit the pack's terms are left aside. From any thread.
  std::shared_ptr<const duties::SchoolCalendar> of(Reader& reader, const pack::Pack& pack,
                                                   const std::string& kind,
                                                   const std::string& path);

  // What was committed, in order. From the store's listener.
  void heard(std::span<const Entry> entries);

 private:
  struct Rows;  // what one organisation changed and closed
  using OfDistrict = std::map<std::string, Rows>;
  // A change that was committed, as the journal has it.
  struct Change {
    std::string district;
    std::int64_t seq = 0;  // 0: none yet
  };
  struct Read {
    std::shared_ptr<const OfDistrict> rows;
    bool newest = true;  // as of every change heard
  };
  Read rows_of(Reader& reader, const std::string& district);
  std::shared_ptr<const duties::SchoolCalendar> compose(const pack::Pack& pack,
                                                        const std::string& kind,
                                                        const std::vector<const Rows*>& rows) const;

  const std::vector<pack::HolidayYear> years_;
  std::shared_ptr<const duties::WorkingDays> country_;
  std::mutex guard_;
  Change last_;  // so that a slow read does not bring back what was forgotten
  std::map<std::string, std::shared_ptr<const OfDistrict>> rows_;
  std::map<std::string, std::shared_ptr<const duties::SchoolCalendar>> composed_;
};

}  // namespace anxiao::usecases
