#include "usecases/attachments.h"

#include <charconv>
#include <vector>

#include "base/hash.h"
#include "usecases/attachment_bytes.h"
#include "usecases/kept.h"

namespace anxiao::usecases {

namespace {

constexpr std::string_view kAnySheet = "application/octet-stream";

Refusal wrong_type(std::string_view declared, std::string_view found) {
  return {.why = Why::refused,
          .key = "attachment.wrong_type",
          .detail = "the bytes are not of the type that was declared",
          .field = "Content-Type",
          .args = {{"declared", declared}, {"found", found}}};
}

// The declared type without its parameters, if it is one that is taken.
Result<std::string_view> declared_type(std::string_view type) {
  auto end = type.find_first_of("; ");
  if (end != std::string_view::npos) type = type.substr(0, end);
  for (auto known : {kJpeg, kPng, kWebp, kPdf, kCsv, kXlsx, kAnySheet})
    if (type == known) return known;
  return wrong_type(type, "");
}

// What the bytes are, where that is what was declared.
Result<std::string_view> checked_type(std::string_view declared, std::string_view bytes) {
  auto found = type_of(bytes);
  bool sheet = found == kCsv || found == kXlsx;
  if (found.empty() || !(declared == found || (declared == kAnySheet && sheet)))
    return wrong_type(declared, found);
  return found;
}

struct Range {
  std::uint64_t from = 0;
  std::uint64_t total = 0;
};

Refusal bad_range(std::uint64_t received) {
  return {.why = Why::refused,
          .key = "attachment.range",
          .detail = "the piece does not continue what has arrived",
          .field = "Content-Range",
          .args = {{"received", received}}};
}

bool number(std::string_view& text, std::uint64_t& out, char after) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  auto length = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || length == 0) return false;
  text.remove_prefix(length);
  if (after == 0) return text.empty();
  if (text.empty() || text.front() != after) return false;
  text.remove_prefix(1);
  return true;
}

// `bytes 0-1023/4096`, as long as the bytes that came.
Result<Range> range_of(const Upload& upload) {
  Range range{.from = 0, .total = upload.bytes.size()};
  if (upload.range.empty()) return range;
  auto text = upload.range;
  std::uint64_t last = 0;
  if (!text.starts_with("bytes ")) return bad_range(0);
  text.remove_prefix(6);
  if (!number(text, range.from, '-') || !number(text, last, '/') || !number(text, range.total, 0))
    return bad_range(0);
  if (last < range.from || last >= range.total ||
      last - range.from + 1 != upload.bytes.size())
    return bad_range(0);
  return range;
}

Result<void> check_size(std::string_view type, std::uint64_t total) {
  auto most = is_picture(type) ? kPictureBytesMost : kFileBytesMost;
  if (total <= most && total > 0) return {};
  return Refusal{.why = Why::too_large,
                 .key = "attachment.too_large",
                 .detail = "the file is empty or larger than is taken",
                 .args = {{"most", most}, {"size", total}}};
}

Result<void> check_hash(const std::string& sha256) {
  if (is_sha256_hex(sha256)) return {};
  return Refusal{.why = Why::malformed,
                 .key = "attachment.hash_malformed",
                 .detail = "an attachment is named by the SHA-256 of its bytes, in small hexadecimals",
                 .field = "sha256"};
}

// The row of a file in one district.
struct HeldFile {
  std::string district;
  std::string type;
  std::int64_t size = 0;
  bool complete = false;
  std::string person;
};

std::optional<HeldFile> row_of(Reader& reader, const std::string& district, const std::string& sha256) {
  std::optional<HeldFile> kept;
  reader.query(
      "SELECT type, size, complete, person FROM attachments WHERE district = $1 AND sha256 = $2",
      {district, sha256}, [&](const Row& row) {
        kept = HeldFile{.district = district,
                    .type = std::string(row.text(0)),
                    .size = row.integer(1),
                    .complete = row.flag(2),
                    .person = std::string(row.text(3))};
      });
  return kept;
}

// One file on its way in.
struct Coming {
  Store& store;
  AttachmentFiles& files;
  const Office& office;
  const std::string& sha256;
  std::string_view type;       // declared
  Range range;

  const std::string& district() const { return office.actor.district; }
};

void write_row(const Coming& coming, std::string_view type, bool complete) {
  const auto& actor = coming.office.actor;
  auto size = static_cast<std::int64_t>(coming.range.total);
  coming.store.write([&](Transaction& transaction) {
    transaction.exec(
        "INSERT INTO attachments (district, sha256, type, size, received, complete, person,"
        " began_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        " ON CONFLICT (district, sha256) DO UPDATE SET type = excluded.type, size = excluded.size,"
        " received = excluded.received, complete = excluded.complete, person = excluded.person,"
        " began_at = excluded.began_at",
        {coming.district(), coming.sha256, std::string(type), size, complete ? size : std::int64_t{0},
         complete, actor.person, coming.office.now.ms});
    if (!complete) return true;
    const auto* posting = actor.postings.empty() ? nullptr : &actor.postings.front();
    transaction.record({.district = coming.district(),
                        .organisation = posting ? posting->organisation : std::string(),
                        .path = posting ? posting->path : std::string(),
                        .holder = {},
                        .kind = "AttachmentKept",
                        .noun = "attachments",
                        .subject = coming.sha256,
                        .actor = actor.person,
                        .happened_at = coming.office.now,
                        .known_at = coming.office.now,
                        .data = {{"type", type}, {"size", size}},
                        .hash = {}});
    return true;
  });
}

void drop(const Coming& coming) {
  coming.store.write([&](Transaction& transaction) {
    transaction.exec(
        "DELETE FROM attachments WHERE district = $1 AND sha256 = $2 AND complete = FALSE",
        {coming.district(), coming.sha256});
    return true;
  });
  coming.files.drop_pieces(coming.district(), coming.sha256);
}

AttachmentState whole(const Coming& coming, std::string_view type) {
  auto size = static_cast<std::int64_t>(coming.range.total);
  return {.sha256 = coming.sha256,
          .size = size,
          .type = std::string(type),
          .received = size,
          .complete = true};
}

Result<AttachmentState> take_whole(const Coming& coming, std::string_view bytes) {
  if (sha256_hex(bytes) != coming.sha256)
    return Refusal{.why = Why::refused,
                   .key = "attachment.wrong_hash",
                   .detail = "the bytes are not those of that name; send them again",
                   .field = "sha256"};
  TRY_LET(type, checked_type(coming.type, bytes));
  if (is_picture(type)) {
    auto copy = without_metadata(type, bytes);
    if (!copy) return wrong_type(coming.type, "damaged");
    TRY(coming.files.keep(coming.district(), coming.sha256, AttachmentFiles::Kind::copy, *copy));
  }
  TRY(coming.files.keep(coming.district(), coming.sha256, AttachmentFiles::Kind::original, bytes));
  write_row(coming, type, true);
  return whole(coming, type);
}

Result<AttachmentState> take_piece(const Coming& coming, std::string_view bytes, bool known) {
  auto arrived = coming.files.arrived(coming.district(), coming.sha256);
  if (coming.range.from > arrived) return bad_range(arrived);
  TRY(coming.files.put_piece(coming.district(), coming.sha256, coming.range.from, bytes));
  auto received = coming.range.from + bytes.size();
  if (received == coming.range.total) {
    auto all = coming.files.pieces(coming.district(), coming.sha256);
    auto taken = take_whole(coming, all.value_or(std::string()));
    // What does not become whole by being sent on is begun anew.
    if (taken || taken.error().why == Why::refused) drop(coming);
    return taken;
  }
  if (!known) write_row(coming, coming.type, false);
  return AttachmentState{.sha256 = coming.sha256,
                         .size = static_cast<std::int64_t>(coming.range.total),
                         .type = std::string(coming.type),
                         .received = static_cast<std::int64_t>(received),
                         .complete = false};
}

// --- who may have it ---

struct Use {
  std::string noun;
  organisations::Place place;
};

std::vector<Use> uses_of(Reader& reader, const std::string& sha256) {
  std::vector<Use> uses;
  auto add = [&](const char* noun) {
    return [&uses, noun](const Row& row) {
      uses.push_back({noun, {.path = std::string(row.text(0)), .holder = std::string(row.text(1))}});
    };
  };
  reader.query(
      // A cross join is taken in the order it stands in: district by district, along the key.
      "SELECT m.path, m.holder FROM districts d CROSS JOIN attachment_uses u"
      " CROSS JOIN matters m WHERE m.district = u.district AND m.id = u.subject"
      " AND u.district = d.district AND u.sha256 = $1 AND u.noun = 'matters'",
      {sha256}, add("matters"));
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
  for (const auto& use : uses_of(reader, sha256))
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
Result<std::string> copy_of(AttachmentFiles& files, const HeldFile& kept, const std::string& sha256) {
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

Result<AttachmentState> put_attachment(Store& store, AttachmentFiles& files, const Office& office,
                                       const std::string& sha256, const Upload& upload) {
  TRY(check_hash(sha256));
  TRY_LET(type, declared_type(upload.type));
  TRY_LET(range, range_of(upload));
  TRY(check_size(type, range.total));
  auto lock = files.lock(sha256);
  Coming coming{store, files, office, sha256, type, range};
  std::optional<HeldFile> kept;
  store.read([&](Reader& reader) { kept = row_of(reader, coming.district(), sha256); });
  if (kept && kept->complete) {
    // Sent again it is kept a while longer, for what is going to use it.
    store.write([&](Transaction& transaction) {
      transaction.exec("UPDATE attachments SET began_at = $1 WHERE district = $2 AND sha256 = $3",
                       {office.now.ms, coming.district(), sha256});
      return true;
    });
    return AttachmentState{.sha256 = sha256,
                           .size = kept->size,
                           .type = kept->type,
                           .received = kept->size,
                           .complete = true};
  }
  bool all = range.from == 0 && upload.bytes.size() == range.total;
  if (!all) return take_piece(coming, upload.bytes, kept.has_value());
  auto taken = take_whole(coming, upload.bytes);
  if (taken) files.drop_pieces(coming.district(), sha256);
  return taken;
}

Result<AttachmentState> attachment_state(Store& store, const AttachmentFiles& files,
                                         const Office& office, const std::string& sha256) {
  TRY(check_hash(sha256));
  std::optional<HeldFile> kept;
  store.read([&](Reader& reader) { kept = row_of(reader, office.actor.district, sha256); });
  if (!kept) return not_found("attachments");
  auto received = kept->complete ? kept->size
                                 : static_cast<std::int64_t>(
                                       files.arrived(office.actor.district, sha256));
  return AttachmentState{.sha256 = sha256,
                         .size = kept->size,
                         .type = kept->type,
                         .received = received,
                         .complete = kept->complete};
}

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

Result<std::string> sent_bytes(Store& store, const AttachmentFiles& files, const Office& office,
                               const std::string& sha256) {
  TRY(check_hash(sha256));
  std::optional<HeldFile> kept;
  store.read([&](Reader& reader) { kept = row_of(reader, office.actor.district, sha256); });
  if (!kept || kept->person != office.actor.person) return not_found("attachments");
  if (!kept->complete)
    return Refusal{.why = Why::refused,
                   .key = "attachment.incomplete",
                   .detail = "the file has not arrived whole",
                   .args = {{"sha256", sha256}}};
  auto bytes = files.read(kept->district, sha256, AttachmentFiles::Kind::original);
  if (!bytes) return not_found("attachments");
  return std::move(*bytes);
}

}  // namespace anxiao::usecases
