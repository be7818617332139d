#include "usecases/move_fields.h"

#include <algorithm>

#include "base/ids.h"
#include "usecases/attachment_uses.h"
#include "usecases/matter_links.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

bool contains(const std::vector<std::string>& list, const std::string& wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

std::string field_path(const std::string& id) { return "fields." + id; }

Result<void> check_person(Reader& reader, const WholeMatter& whole, const std::string& field,
                          const std::string& id) {
  bool known = false;
  std::string district(district_of(id));
  reader.query("SELECT path FROM people WHERE district = $1 AND id = $2 AND active", {district, id},
               [&](const Row& row) {
                 // Somebody of the same district, or above it.
                 known = district == whole.district || whole.path.starts_with(row.text(0));
               });
  if (known) return {};
  return Refusal{.why = Why::refused,
                 .key = "matter.unknown_person",
                 .detail = "nobody of that id works here",
                 .field = field_path(field)};
}

// A holder must be of a kind at which somebody who answers for held matters can be posted.
bool can_hold(const Office& office, const pack::Chart& chart, const WholeMatter& whole,
              const pack::Move& move, const std::string& kind) {
  const auto* stage = chart.stage(move.to.empty() ? whole.matter.stage : move.to);
  if (!stage || stage->answers_held.empty()) return true;
  return std::ranges::any_of(stage->answers_held, [&](const std::string& id) {
    const auto* post = office.pack.post(id);
    return post && contains(post->at, kind);
  });
}

Result<void> check_organisation(Reader& reader, const Office& office, const pack::Chart& chart,
                                const WholeMatter& whole, const pack::Move& move,
                                const std::string& field, const std::string& id) {
  std::string kind;
  reader.query("SELECT kind FROM organisations WHERE district = $1 AND id = $2 AND until IS NULL",
               {std::string(district_of(id)), id}, [&](const Row& row) { kind = row.text(0); });
  if (kind.empty())
    return Refusal{.why = Why::refused,
                   .key = "matter.unknown_organisation",
                   .detail = "there is no organisation of that id now",
                   .field = field_path(field)};
  if (move.holder == field && !can_hold(office, chart, whole, move, kind))
    return Refusal{.why = Why::refused,
                   .key = "matter.cannot_hold",
                   .detail = "nobody can be posted there who would answer for it",
                   .field = field_path(field),
                   .args = {{"kind", kind}}};
  return {};
}

}  // namespace

Result<void> check_named(Reader& reader, const Office& office, const pack::Chart& chart,
                         const WholeMatter& whole, const pack::Move& move,
                         const json::object& given) {
  for (const auto& field : move.fields) {
    const auto* value = given.if_contains(field.id);
    if (!value) continue;
    if (field.type == "photos") {
      for (const auto& photo : value->as_array())
        TRY(check_photo(reader, whole.district, office.actor.district,
                        std::string(photo.as_string()), field_path(field.id)));
    } else if (field.type == "person") {
      TRY(check_person(reader, whole, field.id, std::string(value->as_string())));
    } else if (field.type == "organisation") {
      TRY(check_organisation(reader, office, chart, whole, move, field.id,
                             std::string(value->as_string())));
    } else if (field.type == "matter") {
      TRY(check_matter(reader, office, whole, field, std::string(value->as_string())));
    }
  }
  return {};
}

void use_photos(Transaction& transaction, const pack::Chart& chart, const WholeMatter& whole,
                const pack::Move& move, const json::object& given) {
  for (const auto& field : move.fields) {
    if (field.type != "photos") continue;
    const auto* value = given.if_contains(field.id);
    if (!value) continue;
    for (const auto& photo : value->as_array())
      use_attachment(transaction, whole.district, std::string(photo.as_string()), chart.noun,
                     whole.matter.id);
  }
}

}  // namespace anxiao::usecases
