// The pack's own calendar and duties, for the tests of this folder.

#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "domain/duties/calendar.h"
#include "domain/duties/duty.h"
#include "pack/calendar.h"
#include "pack/pack.h"

namespace anxiao::duties {

inline Day day(const char* text) { return *parse_day(text); }

// Read once for all tests.
struct Country {
  std::shared_ptr<const pack::Pack> pack;
  std::vector<pack::HolidayYear> years;
  Zone zone{"Asia/Shanghai"};
  std::shared_ptr<const WorkingDays> days;

  Country() {
    const auto folder = std::filesystem::path(ANXIAO_SOURCE) / "pack";
    auto loaded = pack::load(folder / "cq-2017-193");
    if (!loaded.pack) throw std::runtime_error(loaded.complaints.front().text());
    pack = loaded.pack;
    years = pack::load_holidays(folder / "calendar").years;
    days = std::make_shared<const WorkingDays>(years, zone);
  }

  SchoolCalendar calendar(const std::string& kind, const std::vector<Changes>& layers = {},
                          const std::vector<Closure>& closures = {}) const {
    auto composed = SchoolCalendar::compose(days, pack->school_years, kind, layers, closures);
    if (!composed) throw std::runtime_error(composed.error().detail);
    return std::move(composed).value();
  }

  Instant at(const char* text) const { return *parse_instant(std::string(text) + "+08:00"); }
};

inline const Country& country() {
  static const Country only;
  return only;
}

inline Subject school(const std::string& kind, boost::json::object facets = {}) {
  return {.kind = kind,
          .facets = std::move(facets),
          .opened = day("2018-01-01"),
          .ended = std::nullopt};
}

}  // namespace anxiao::duties
