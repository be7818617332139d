#include "bench/creation.h"

#include <fmt/format.h>

#include <stdexcept>

#include "app/demo.h"
#include "base/ids.h"
#include "base/json_map.h"
#include "usecases/matters.h"

namespace anxiao::bench {

std::string hazard_body(const std::string& school, int number) {
  return json::serialize(
      json::object{{"organisation", school},
                   {"move", "find"},
                   {"fields", json::object{{"title", fmt::format("Loose handrail no. {}", number)},
                                           {"place", "Stairwell B, second floor"},
                                           {"category", "building"},
                                           {"description", std::string(180, 'x')}}}});
}

Creation caught_creation(usecases::Store& store, const pack::Pack& pack, const Zone& zone,
                         Instant now) {
  auto made = app::make_demo(store, pack, zone, now, app::kDemoFile);
  if (!made) throw std::runtime_error(made.error().detail);
  organisations::Actor actor;
  store.read([&](usecases::Reader& reader) {
    reader.query(
        "SELECT h.id, h.post, h.organisation, h.path, h.district, p.id, p.name FROM postings h "
        "JOIN people p ON p.district = h.person_district AND p.id = h.person WHERE p.login = "
        "'menwei'",
        {}, [&](const usecases::Row& row) {
          actor.person = row.text(5);
          actor.name = row.text(6);
          actor.district = row.text(4);
          actor.postings.push_back({std::string(row.text(0)), std::string(row.text(1)),
                                    std::string(row.text(2)), "", "", std::string(row.text(4)),
                                    std::string(row.text(3))});
        });
  });
  const auto& posting = actor.postings.at(0);
  usecases::Office office{pack, zone, now, actor};
  Creation out;
  out.id = new_id(posting.district, now);
  auto body = read_text<usecases::OpenMatter>(hazard_body(posting.organisation, 1));
  store.write([&](usecases::Transaction& transaction) {
    Catching catching(transaction);
    auto opened = usecases::open_matter(catching, office, "hazard", out.id, *body);
    if (!opened) throw std::runtime_error(opened.error().detail);
    out.statements = std::move(catching.caught);
    return true;
  });
  return out;
}

}  // namespace anxiao::bench
