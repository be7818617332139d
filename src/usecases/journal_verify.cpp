#include "usecases/journal_verify.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/hash.h"
#include "usecases/merkle.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

constexpr std::int64_t kSealsAtOnce = 256;
constexpr std::int64_t kUnsealedAtOnce = 4096;
constexpr std::size_t kMostFindings = 1000;

class Verifier {
 public:
  Verifier(Reader& reader, const PublicKeys& keys, const Progress& progress)
      : reader_(reader), keys_(keys), progress_(progress) {}

  Verification run() {
    reader_.query(
        "SELECT max((SELECT max(j.seq) FROM journal j WHERE j.district = d.district)) "
        "FROM districts d",
        {}, [&](const Row& row) { last_seq_ = row.integer(0); });
    Seal previous;
    std::string previous_chained(32, '\0');
    for (;;) {
      auto seals = read_seals(reader_, previous.number, kSealsAtOnce);
      if (seals.empty()) break;
      for (Seal& seal : seals) {
        check_seal(seal, previous, previous_chained);
        check_batch(seal);
        previous_chained = from_hex(seal.chained);
        previous = std::move(seal);
      }
    }
    out_.last_chained = previous.chained;
    check_unsealed(previous.last_seq);
    progress_.step("verifying the journal", last_seq_, last_seq_);
    return std::move(out_);
  }

 private:
  void find(Finding::Kind kind, std::int64_t seq, std::int64_t seal, std::string detail) {
    if (out_.findings.size() < kMostFindings)
      out_.findings.push_back({kind, seq, seal, std::move(detail)});
    else
      ++out_.more_findings;
  }

  void check_seal(const Seal& seal, const Seal& previous, const std::string& previous_chained) {
    ++out_.seals;
    const std::string name = "seal " + std::to_string(seal.number);
    if (seal.number != previous.number + 1)
      find(Finding::Kind::seal_missing, previous.last_seq + 1, previous.number + 1,
           "seals are missing before " + name);
    if (seal.first_seq != previous.last_seq + 1 || seal.last_seq < seal.first_seq)
      find(Finding::Kind::seal_missing, previous.last_seq + 1, seal.number,
           name + " does not begin where the one before ended");
    std::string chained = from_hex(seal.chained);
    if (chained !=
        chained_hash(previous_chained, from_hex(seal.root), seal.first_seq, seal.last_seq))
      find(Finding::Kind::chain_broken, seal.first_seq, seal.number,
           name + " is not chained to the one before it with the root and range it states");
    auto key = keys_.find(seal.key_id);
    if (key == keys_.end())
      find(Finding::Kind::key_unknown, seal.first_seq, seal.number,
           name + " is signed with key " + seal.key_id + ", which is not among the known ones");
    else if (!is_signed(chained, from_hex(seal.signature), key->second))
      find(Finding::Kind::signature_wrong, seal.first_seq, seal.number,
           "the signature of " + name + " does not hold");
  }

  void check_batch(const Seal& seal) {
    std::size_t before = out_.findings.size();
    std::int64_t more_before = out_.more_findings;
    std::vector<std::string> stored, computed;
    read_entries(seal.first_seq, seal.last_seq, seal.number, stored, computed);
    out_.sealed += static_cast<std::int64_t>(stored.size());
    std::string root = from_hex(seal.root);
    // Which of the two was changed, where an entry does not match its hash.
    if (merkle::root_of(stored) == root) {
      tell_altered(before, ": its content was changed after it was sealed");
      return;
    }
    if (merkle::root_of(computed) == root) {
      tell_altered(before, ": its hash was changed, its content is as it was sealed");
      return;
    }
    // What was already found in the batch explains why the root differs.
    if (out_.findings.size() != before || out_.more_findings != more_before) return;
    find(Finding::Kind::root_differs, seal.first_seq, seal.number,
         "entries " + std::to_string(seal.first_seq) + " to " + std::to_string(seal.last_seq) +
             " fit their own hashes but not the root of seal " + std::to_string(seal.number) +
             ": at least one of them was rewritten with its hash, or the root was");
  }

  void check_unsealed(std::int64_t sealed_to) {
    std::vector<std::string> stored, computed;
    for (std::int64_t from = sealed_to + 1; from <= last_seq_; from += kUnsealedAtOnce) {
      stored.clear();
      computed.clear();
      read_entries(from, std::min(last_seq_, from + kUnsealedAtOnce - 1), 0, stored, computed);
    }
  }

  void tell_altered(std::size_t from, std::string_view why) {
    for (std::size_t i = from; i < out_.findings.size(); ++i)
      if (out_.findings[i].kind == Finding::Kind::entry_altered) out_.findings[i].detail += why;
  }

  // Checks each entry of the range against its hash, and that each sequence is there once.
  void read_entries(std::int64_t from, std::int64_t to, std::int64_t seal,
                    std::vector<std::string>& stored, std::vector<std::string>& computed) {
    progress_.step("verifying the journal", from - 1, last_seq_);
    std::int64_t expected = from;
    auto missing_until = [&](std::int64_t next) {
      if (next <= expected) return;
      find(Finding::Kind::entry_missing, expected, seal,
           next - expected == 1 ? "entry " + std::to_string(expected) + " is missing"
                                : "entries " + std::to_string(expected) + " to " +
                                      std::to_string(next - 1) + " are missing");
    };
    reader_.query(
        "SELECT j.seq, j.district, j.organisation, j.path, j.holder, j.kind, j.noun, j.subject, "
        "j.actor, j.happened_at, j.known_at, j.data, j.hash "
        "FROM districts d JOIN journal j ON j.district = d.district "
        "WHERE j.seq >= $1 AND j.seq <= $2 ORDER BY j.seq",
        {from, to}, [&](const Row& row) {
          Entry entry;
          entry.seq = row.integer(0);
          entry.district = row.text(1);
          entry.organisation = row.text(2);
          entry.path = row.text(3);
          entry.holder = row.text(4);
          entry.kind = row.text(5);
          entry.noun = row.text(6);
          entry.subject = row.text(7);
          entry.actor = row.text(8);
          entry.happened_at = {row.integer(9)};
          entry.known_at = {row.integer(10)};
          entry.hash = row.text(12);
          ++out_.entries;
          if (entry.seq < expected)
            find(Finding::Kind::entry_doubled, entry.seq, seal,
                 "there is more than one entry " + std::to_string(entry.seq));
          missing_until(entry.seq);
          expected = entry.seq + 1;
          std::string hash = sha256(hashed_text(entry, row.text(11)));
          if (to_hex(hash) != entry.hash)
            find(Finding::Kind::entry_altered, entry.seq, seal,
                 "entry " + std::to_string(entry.seq) + " (" + entry.kind + " of " + entry.subject +
                     ") does not match its hash");
          stored.push_back(from_hex(entry.hash));
          computed.push_back(std::move(hash));
        });
    missing_until(to + 1);
  }

  Reader& reader_;
  const PublicKeys& keys_;
  const Progress& progress_;
  std::int64_t last_seq_ = 0;
  Verification out_;
};

Refusal wrong(const std::string& detail) {
  return {.why = Why::refused, .key = "journal.proof_wrong", .detail = detail};
}

// The bytes of a hexadecimal member of exactly `size` bytes; empty otherwise.
std::string bytes_at(const json::object& object, std::string_view name, std::size_t size) {
  const auto* found = object.if_contains(name);
  if (!found || !found->is_string()) return {};
  std::string bytes = from_hex(std::string_view(found->get_string()));
  return bytes.size() == size ? bytes : std::string();
}

std::optional<std::int64_t> number_at(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  if (!found) return std::nullopt;
  json::error_code error;
  auto number = found->to_number<std::int64_t>(error);
  return error ? std::nullopt : std::optional(number);
}

const json::object* object_at(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  return found ? found->if_object() : nullptr;
}

// The entry that is shown is the one that was hashed.
Result<void> check_shown(const json::object& entry, std::string_view hashed) {
  json::error_code error;
  auto parsed = json::parse(json::string_view(hashed.data(), hashed.size()), error);
  const auto* parts = error ? nullptr : parsed.if_array();
  constexpr const char* kNames[] = {"seq",    "district",       "organisation", "path",
                                    "holder", "kind",           "noun",         "subject",
                                    "actor",  "happened_at_ms", "known_at_ms"};
  constexpr std::size_t kCount = std::size(kNames);
  if (!parts || parts->size() != kCount + 1 || !(*parts)[kCount].is_string())
    return wrong("hashed_text is not the text of an entry");
  for (std::size_t i = 0; i < kCount; ++i) {
    const auto* shown = entry.if_contains(kNames[i]);
    if (!shown || *shown != (*parts)[i])
      return wrong(std::string(kNames[i]) + " of the entry is not what was hashed");
  }
  const auto* shown = entry.if_contains("data");
  auto data = json::parse((*parts)[kCount].get_string(), error);
  if (!shown || error || *shown != data) return wrong("data of the entry is not what was hashed");
  return {};
}

}  // namespace

const char* word_of(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::entry_altered:
      return "entry_altered";
    case Finding::Kind::entry_missing:
      return "entry_missing";
    case Finding::Kind::entry_doubled:
      return "entry_doubled";
    case Finding::Kind::root_differs:
      return "root_differs";
    case Finding::Kind::seal_missing:
      return "seal_missing";
    case Finding::Kind::chain_broken:
      return "chain_broken";
    case Finding::Kind::signature_wrong:
      return "signature_wrong";
    case Finding::Kind::key_unknown:
      return "key_unknown";
  }
  return "";
}

Verification verify_journal(Reader& reader, const PublicKeys& keys, const Progress& progress) {
  return Verifier(reader, keys, progress).run();
}

Result<void> verify_proof(const json::value& proof, const PublicKeys& trusted) {
  const auto* object = proof.if_object();
  if (!object) return wrong("the proof is no JSON object");
  const auto* format = object->if_contains("format");
  if (!format || *format != "anxiao-journal-proof-1") return wrong("the proof has another format");
  const auto* entry = object_at(*object, "entry");
  const auto* seal = object_at(*object, "seal");
  const auto* text = object->if_contains("hashed_text");
  const auto* path = object->if_contains("path");
  auto index = number_at(*object, "leaf_index"), count = number_at(*object, "count");
  if (!entry || !seal || !text || !text->is_string() || !path || !path->is_array() || !index ||
      !count || *index < 0 || *count < 1)
    return wrong("the proof lacks entry, seal, hashed_text, path, leaf_index or count");
  std::string_view hashed(text->get_string());
  TRY(check_shown(*entry, hashed));
  std::string hash = sha256(hashed);
  if (bytes_at(*entry, "hash", 32) != hash)
    return wrong("the entry's hash is not that of hashed_text");

  std::vector<std::string> siblings;
  for (const auto& each : path->get_array()) {
    const auto* sibling = each.if_string();
    siblings.push_back(sibling ? from_hex(std::string_view(*sibling)) : std::string());
    if (siblings.back().size() != 32) return wrong("path has an element that is no hash");
  }
  std::string root = bytes_at(*seal, "root", 32);
  if (root.empty() || merkle::root_by_path(hash, static_cast<std::size_t>(*index),
                                           static_cast<std::size_t>(*count), siblings) != root)
    return wrong("the path does not lead from the entry to the root");

  auto first = number_at(*seal, "first_seq"), last = number_at(*seal, "last_seq");
  auto seq = number_at(*entry, "seq");
  if (!first || !last || !seq || *seq < *first || *seq > *last)
    return wrong("the entry's sequence is not in the range of the seal");
  std::string chained = bytes_at(*seal, "chained", 32);
  if (chained != chained_hash(bytes_at(*seal, "previous_chained", 32), root, *first, *last))
    return wrong("the seal's chained hash does not follow from what it states");

  const auto* id = seal->if_contains("key_id");
  if (!id || !id->is_string()) return wrong("the seal names no key");
  std::string key_id(id->get_string());
  std::string key;
  if (auto known = trusted.find(key_id); known != trusted.end()) {
    key = known->second;
  } else if (!trusted.empty()) {
    return wrong("the seal is signed with a key that is not trusted here");
  } else if (const auto* named = object_at(*object, "public_key")) {
    key = bytes_at(*named, "key", 32);
  }
  if (key.empty() || key_id_of(key) != key_id)
    return wrong("the proof lacks the seal's public key");
  if (!is_signed(chained, bytes_at(*seal, "signature", 64), key))
    return wrong("the signature does not hold");
  return {};
}

}  // namespace anxiao::usecases
