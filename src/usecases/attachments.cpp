#include "usecases/attachments.h"

#include <charconv>
#include <vector>

#include "base/hash.h"
#include "usecases/attachment_bytes.h"
#include "usecases/attachment_rows.h"
#include "usecases/kept.h"

namespace anxiao::usecases {

namespace {

constexpr std::string_view kAnySheet = "application/octet-stream";

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
  if (last < range.from || last >= range.total || last - range.from + 1 != upload.bytes.size())
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

// One file on its way in.
struct Coming {
  Store& store;
  AttachmentFiles& files;
  const Office& office;
  const std::string& sha256;
  std::string_view type;  // declared
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
        {coming.district(), coming.sha256, std::string(type), size,
         complete ? size : std::int64_t{0}, complete, actor.person, coming.office.now.ms});
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
  auto received = kept->complete
                      ? kept->size
                      : static_cast<std::int64_t>(files.arrived(office.actor.district, sha256));
  return AttachmentState{.sha256 = sha256,
                         .size = kept->size,
                         .type = kept->type,
                         .received = received,
                         .complete = kept->complete};
}

Result<std::string> sent_bytes(Store& store, const AttachmentFiles& files, const Office& office,
                               const std::string& sha256) {
  TRY(check_hash(sha256));
  std::optional<HeldFile> kept;
  store.read([&](Reader& reader) { kept = row_of(reader, office.actor.district, sha256); });
  if (!kept) return not_found("attachments");
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
