// What a matter looks like from outside: a line in a list, or the whole with its stages, what the
// reader may do next and what that still wants, who did what, who held it and who was told.

#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "usecases/matter_rows.h"
#include "usecases/office.h"

namespace anxiao::usecases {

// A line of a list. `photo` is the first picture of the state found.
struct MatterLine {
  std::string id;
  std::string loop;
  std::string title;
  Ref organisation;
  std::string district;
  std::string category;
  std::string level;
  bool assessed = false;
  std::string stage;
  Instant opened_at;
  Instant entered_at;
  std::optional<Instant> due_at;
  bool open = true;
  std::optional<Instant> closed_at;
  Ref holder;
  std::optional<Ref> answerable;
  std::int64_t lapses = 0;
  std::string photo;
  std::int64_t version = 0;
};

// An open matter whose present stage has outlasted its term.
bool is_late(const MatterLine& line, Instant now);

MatterLine line_of(const WholeMatter& whole);

struct RefView {
  std::string_view id;
  std::string_view name;
};
BOOST_DESCRIBE_STRUCT(RefView, (), (id, name))

// A line as it goes out; it borrows from the line.
struct MatterSummary {
  std::string_view id;
  std::string_view loop;
  std::string_view title;
  RefView organisation;
  std::string_view district;
  std::string_view category;
  std::string_view level;
  bool assessed = false;
  std::string_view stage;
  std::string opened_at;
  std::string entered_at;
  std::optional<std::string> due_at;
  bool late = false;
  std::optional<std::string> closed_at;
  RefView holder;
  std::optional<RefView> answerable;
  std::int64_t lapses = 0;
  std::optional<std::string_view> photo;
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(MatterSummary, (),
                      (id, loop, title, organisation, district, category, level, assessed, stage,
                       opened_at, entered_at, due_at, late, closed_at, holder, answerable, lapses,
                       photo, version))

MatterSummary summary_of(const MatterLine& line, const Office& office);
boost::json::object json_of(const MatterLine& line, const Office& office);

boost::json::object view_of(Reader& reader, const Office& office, const pack::Chart& chart,
                            const WholeMatter& whole);
boost::json::array timeline_of(Reader& reader, const Office& office, const WholeMatter& whole);

// A field as a form is drawn from it.
boost::json::object json_of(const pack::Field& field);
boost::json::object json_of(const pack::Words& words);
boost::json::object json_of(const Ref& ref);

// The field that holds the pictures of the state found.
inline constexpr const char* kPhotosBefore = "photos_before";

}  // namespace anxiao::usecases
