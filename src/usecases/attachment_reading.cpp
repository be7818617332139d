#include "usecases/attachment_bytes.h"
#include "usecases/attachment_rows.h"
#include "usecases/attachments.h"
#include "usecases/kept.h"

namespace anxiao::usecases {

namespace {

struct Use {
  std::string noun;
  organisations::Place place;
};

std::vector<Use> uses_of(Reader& reader, const pack::Pack& pack, const std::string& sha256) {
  std::vector<Use> uses;
  auto add = [&](const std::string& noun) {
    return [&uses, noun](const Row& row) {
      uses.push_back(
          {noun, {.path = std::string(row.text(0)), .holder = std::string(row.text(1))}});
    };
  };
  reader.query(
      // A cross join is taken in the order it stands in: district by district, along the key.
      "SELECT m.path, m.holder, m.loop FROM districts d CROSS JOIN attachment_uses u"
      " CROSS JOIN matters m WHERE m.district = u.district AND m.id = u.subject"
      " AND u.district = d.district AND u.sha256 = $1",
      {sha256}, [&](const Row& row) {
        // As the loop is for now; of a loop that the pack has no longer nobody sees anything.
        const auto* chart = pack.chart(std::string(row.text(2)));
        if (chart) add(chart->noun)(row);
      });
  reader.query(
      "SELECT a.path, '' FROM districts d CROSS JOIN attachment_uses u"
      " CROSS JOIN answers a WHERE a.district = u.district AND a.id = u.subject"
      " AND u.district = d.district AND u.sha256 = $1 AND u.noun = 'answers'",
      {sha256}, add("tasks"));
  return uses;
}

bool may(const Office& office, std::string_view noun, std::string_view action,
         const organisations::Place& place) {
  return organisations::may(office.pack, office.actor, noun, action, place).has_value();
}

Refusal forbidden(std::string_view action) {
  return {.why = Why::forbidden,
          .key = "authority.forbidden",
          .detail = "nothing that the actor may read uses this file",
          .args = {{"noun", "attachments"}, {"action", action}}};
}

// The place by which the actor has the file; refuses where there is none.
Result<organisations::Place> place_for(Reader& reader, const Office& office, const HeldFile& kept,
                                       const std::string& sha256, bool original) {
  std::string_view action = original ? "original" : "read";
  for (const auto& use : uses_of(reader, office.pack, sha256))
    if (may(office, use.noun, "read", use.place) && may(office, "attachments", action, use.place))
      return use.place;
  if (!original && kept.person == office.actor.person) return organisations::Place{};
  return forbidden(action);
}

std::vector<HeldFile> rows_anywhere(Reader& reader, const std::string& sha256) {
  std::vector<HeldFile> rows;
  reader.query(
      "SELECT a.district, a.type, a.size, a.complete, a.person FROM districts d"
      " CROSS JOIN attachments a WHERE a.district = d.district AND a.sha256 = $1",
      {sha256}, [&](const Row& row) {
        rows.push_back({.district = std::string(row.text(0)),
                        .type = std::string(row.text(1)),
                        .size = row.integer(2),
                        .complete = row.flag(3),
                        .person = std::string(row.text(4))});
      });
  return rows;
}

struct Permitted {
  HeldFile kept;
  organisations::Place place;
};

Result<Permitted> permitted(Reader& reader, const Office& office, const std::string& sha256,
                            bool original) {
  auto rows = rows_anywhere(reader, sha256);
  if (rows.empty()) return not_found("attachments");
  Result<organisations::Place> place = forbidden(original ? "original" : "read");
  for (const auto& kept : rows) {
    place = place_for(reader, office, kept, sha256, original);
    if (place && kept.complete) return Permitted{kept, *place};
  }
  if (!place) return place.error();
  return Refusal{.why = Why::conflict,
                 .key = "attachment.incomplete",
                 .detail = "the file has not arrived whole",
                 .args = {{"sha256", sha256}}};
}

void record_seen(Store& store, const Office& office, const Permitted& seen,
                 const std::string& sha256) {
  store.write([&](Transaction& transaction) {
    auto organisation = seen.place.path;
    if (organisation.size() > 1) {
      auto slash = organisation.rfind('/', organisation.size() - 2);
      organisation = organisation.substr(slash + 1, organisation.size() - slash - 2);
    }
    transaction.record({.district = seen.kept.district,
                        .organisation = organisation,
                        .path = seen.place.path,
                        .holder = {},
                        .kind = "OriginalSeen",
                        .noun = "attachments",
                        .subject = sha256,
                        .actor = office.actor.person,
                        .happened_at = office.now,
                        .known_at = office.now,
                        .data = {{"type", seen.kept.type}},
                        .hash = {}});
    return true;
  });
}

// The working copy, made again where it is missing; of what is no picture the file itself.
Result<std::string> copy_of(AttachmentFiles& files, const HeldFile& kept,
                            const std::string& sha256) {
  using Kind = AttachmentFiles::Kind;
  if (is_picture(kept.type))
    if (auto copy = files.read(kept.district, sha256, Kind::copy)) return std::move(*copy);
  auto original = files.read(kept.district, sha256, Kind::original);
  if (!original) return not_found("attachments");
  if (!is_picture(kept.type)) return std::move(*original);
  auto copy = without_metadata(kept.type, *original);
  if (!copy) return wrong_type(kept.type, "damaged");
  TRY(files.keep(kept.district, sha256, Kind::copy, *copy));
  return std::move(*copy);
}

}  // namespace

Result<AttachmentContent> read_attachment(Store& store, AttachmentFiles& files,
                                          const Office& office, const std::string& sha256,
                                          bool original) {
  TRY(check_hash(sha256));
  std::optional<Result<Permitted>> found;
  store.read([&](Reader& reader) { found = permitted(reader, office, sha256, original); });
  TRY_LET(seen, std::move(*found));
  auto lock = files.lock(sha256);
  if (!original) {
    TRY_LET(bytes, copy_of(files, seen.kept, sha256));
    return AttachmentContent{.type = seen.kept.type, .bytes = std::move(bytes)};
  }
  auto bytes = files.read(seen.kept.district, sha256, AttachmentFiles::Kind::original);
  if (!bytes) return not_found("attachments");
  record_seen(store, office, seen, sha256);
  return AttachmentContent{.type = seen.kept.type, .bytes = std::move(*bytes)};
}

}  // namespace anxiao::usecases
