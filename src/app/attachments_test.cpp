#include "usecases/attachments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "app/test_matters.h"
#include "usecases/attachment_bytes.h"
#include "usecases/keeper.h"

namespace anxiao::app {
namespace {

using testing::SizeIs;
using usecases::AttachmentFiles;
using usecases::Upload;

// A picture as small as the format allows, with something personal in it.
std::string picture(const std::string& personal = "GPS 29.56") {
  auto segment = [](char marker, const std::string& payload) {
    auto size = payload.size() + 2;
    return std::string{'\xff', marker, static_cast<char>(size >> 8),
                       static_cast<char>(size & 0xff)} +
           payload;
  };
  return std::string("\xff\xd8", 2) + segment('\xfe', personal) +
         segment('\xc0', std::string("\x08\0\x01\0\x01\x01\x01\x11\0", 9)) +
         segment('\xda', std::string("\x01\x01\0\0\x3f\0", 6)) + "image" +
         std::string("\xff\xd9", 2);
}

class Attachments : public TownWithHazards {
 protected:
  using Taken = Result<usecases::AttachmentState>;

  Taken put(const std::string& login, const std::string& bytes, const std::string& range = {},
            const std::string& type = "image/jpeg", std::string sha = {}) {
    if (sha.empty()) sha = sha256_hex(bytes);
    return usecases::put_attachment(town.store, files, town.as(login), sha,
                                    {.type = type, .range = range, .bytes = bytes});
  }
  Taken piece(const std::string& whole, std::size_t from, std::size_t until,
              const std::string& login = "teacher") {
    return put(login, whole.substr(from, until - from),
               "bytes " + std::to_string(from) + "-" + std::to_string(until - 1) + "/" +
                   std::to_string(whole.size()),
               "image/jpeg", sha256_hex(whole));
  }
  Taken state(const std::string& login, const std::string& bytes) {
    return usecases::attachment_state(town.store, files, town.as(login), sha256_hex(bytes));
  }
  Result<usecases::AttachmentContent> get(const std::string& login, const std::string& bytes,
                                          bool original = false) {
    return usecases::read_attachment(town.store, files, town.as(login), sha256_hex(bytes),
                                     original);
  }
  void use(const std::string& bytes) {
    auto fields = hazard();
    fields["photos_before"] = json::array{sha256_hex(bytes)};
    found(fields);
  }
  std::size_t files_on_disk() {
    std::size_t count = 0;
    if (std::filesystem::exists(folder.path() / "files"))
      for (const auto& entry :
           std::filesystem::recursive_directory_iterator(folder.path() / "files"))
        count += entry.is_regular_file();
    return count;
  }

  store::TemporaryFolder folder;
  AttachmentFiles files{folder.path() / "files"};
};

TEST_F(Attachments, AreKeptWholeAndGivenWithoutMetadata) {
  auto taken = put("teacher", picture());
  ASSERT_TRUE(taken) << key(taken);
  EXPECT_TRUE(taken->complete);
  EXPECT_EQ(taken->type, "image/jpeg");
  auto given = get("teacher", picture());
  ASSERT_TRUE(given) << key(given);
  EXPECT_EQ(given->bytes.find("GPS"), std::string::npos);
  EXPECT_EQ(given->bytes, *usecases::without_metadata("image/jpeg", picture()));
  EXPECT_EQ(files.read("500190", sha256_hex(picture()), AttachmentFiles::Kind::original),
            picture());
  EXPECT_THAT(town.lines("AttachmentKept"), SizeIs(1));
}

TEST_F(Attachments, ComeInPiecesAndGoOnWhereTheyStopped) {
  auto whole = picture("GPS and more");
  auto first = piece(whole, 0, 10);
  ASSERT_TRUE(first) << key(first);
  EXPECT_FALSE(first->complete);
  EXPECT_EQ(first->received, 10);
  EXPECT_EQ(state("teacher", whole)->received, 10);
  EXPECT_EQ(key(get("teacher", whole)), "attachment.incomplete");
  auto beyond = piece(whole, 20, 30);
  EXPECT_EQ(key(beyond), "attachment.range");
  EXPECT_EQ(beyond.error().args.at("received").to_number<int>(), 10);
  // A piece that overlaps what is there replaces it.
  ASSERT_TRUE(piece(whole, 5, 20));
  auto last = piece(whole, 20, whole.size());
  ASSERT_TRUE(last) << key(last);
  EXPECT_TRUE(last->complete);
  EXPECT_TRUE(get("teacher", whole));
  EXPECT_TRUE(state("teacher", whole)->complete);
  EXPECT_EQ(files_on_disk(), 2u);
}

TEST_F(Attachments, MaySendTheWholeAfterPieces) {
  ASSERT_TRUE(piece(picture(), 0, 10));
  ASSERT_TRUE(put("teacher", picture()));
  EXPECT_EQ(files_on_disk(), 2u);
}

TEST_F(Attachments, AreTakenOnceHoweverOftenSent) {
  ASSERT_TRUE(put("teacher", picture()));
  auto again = put("safety", picture());
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->complete);
  EXPECT_THAT(town.lines("AttachmentKept"), SizeIs(1));
  EXPECT_EQ(town.count("attachments"), 1);
}

TEST_F(Attachments, RefuseBytesOfAnotherName) {
  EXPECT_EQ(key(put("teacher", picture(), {}, "image/jpeg", sha256_hex("another"))),
            "attachment.wrong_hash");
  auto whole = picture();
  ASSERT_TRUE(piece(whole, 0, 10));
  auto spoiled = std::string(whole.size() - 10, 'x');
  EXPECT_EQ(
      key(put("teacher", spoiled,
              "bytes 10-" + std::to_string(whole.size() - 1) + "/" + std::to_string(whole.size()),
              "image/jpeg", sha256_hex(whole))),
      "attachment.wrong_hash");
  EXPECT_EQ(key(state("teacher", whole)), "not_found") << "it is begun anew";
  EXPECT_EQ(files_on_disk(), 0u);
  EXPECT_EQ(town.count("attachments"), 0);
  EXPECT_EQ(key(put("teacher", picture(), {}, "image/jpeg", "ABC")), "attachment.hash_malformed");
}

TEST_F(Attachments, RefuseWhatIsNotOfItsType) {
  EXPECT_EQ(key(put("teacher", "no picture")), "attachment.wrong_type");
  EXPECT_EQ(key(put("teacher", picture(), {}, "image/png")), "attachment.wrong_type");
  EXPECT_EQ(key(put("teacher", picture(), {}, "text/html")), "attachment.wrong_type");
  EXPECT_EQ(key(put("teacher", picture(), {}, "application/octet-stream")),
            "attachment.wrong_type");
  EXPECT_EQ(key(put("teacher", std::string("\xff\xd8\xff\xe0 broken", 12))),
            "attachment.wrong_type");
  EXPECT_EQ(files_on_disk(), 0u);
  auto sheet = put("officer", "学校,区县\n", {}, "application/octet-stream");
  ASSERT_TRUE(sheet) << key(sheet);
  EXPECT_EQ(sheet->type, "text/csv");
  EXPECT_TRUE(put("officer", "学校,区县,\n", {}, "text/csv; charset=utf-8"));
}

TEST_F(Attachments, RefuseWhatIsTooLargeOrEmpty) {
  EXPECT_EQ(key(put("teacher", "x", "bytes 0-0/12582913")), "attachment.too_large");
  EXPECT_EQ(key(put("teacher", "")), "attachment.too_large");
  EXPECT_TRUE(put("officer", "x", "bytes 0-0/12582913", "text/csv"));
  EXPECT_EQ(key(put("officer", "x", "bytes 0-0/20971521", "text/csv")), "attachment.too_large");
}

TEST_F(Attachments, RefuseARangeThatSaysNothing) {
  for (auto range : {"bytes", "bytes 0-1", "bytes 1-0/5", "bytes 0-0/0", "bytes 0-3/2",
                     "items 0-0/1", "bytes 0-5/9", "bytes -1-0/9", "bytes 0-0/1x"})
    EXPECT_EQ(key(put("teacher", "x", range)), "attachment.range") << range;
}

TEST_F(Attachments, AreForWhoSentThemAndWhoReadsWhatUsesThem) {
  ASSERT_TRUE(put("teacher", picture()));
  EXPECT_EQ(key(get("principal", picture())), "authority.forbidden");
  use(picture());
  for (auto login : {"teacher", "principal", "officer", "leader"})
    EXPECT_TRUE(get(login, picture())) << login;
  for (auto login : {"far_principal", "far_officer", "fireman", "admin"})
    EXPECT_EQ(key(get(login, picture())), "authority.forbidden") << login;
  EXPECT_EQ(key(get("teacher", "nothing")), "not_found");
}

TEST_F(Attachments, OfAConfidentialMatterAreForThoseWhoReadIt) {
  // The loop of hazards, made one for few.
  auto changed = std::make_shared<pack::Pack>(*town.pack);
  for (auto& chart : changed->charts)
    if (chart.id == "hazard") chart.noun = "confidential_matters";
  town.pack = changed;
  ASSERT_TRUE(put("principal", picture()));
  auto fields = hazard();
  fields["photos_before"] = json::array{sha256_hex(picture())};
  auto given = open("principal", town.id(), fields);
  ASSERT_TRUE(given) << key(given);
  EXPECT_EQ(town.count("attachment_uses WHERE noun = 'confidential_matters'"), 1);
  for (auto login : {"principal", "officer"}) EXPECT_TRUE(get(login, picture())) << login;
  for (auto login : {"teacher", "safety", "guard", "leader", "admin", "far_officer"})
    EXPECT_EQ(key(get(login, picture())), "authority.forbidden") << login;
}

TEST_F(Attachments, GiveTheOriginalOnlyByGrantAndWriteThatDown) {
  ASSERT_TRUE(put("teacher", picture()));
  EXPECT_EQ(key(get("teacher", picture(), true)), "authority.forbidden");
  use(picture());
  EXPECT_EQ(key(get("teacher", picture(), true)), "authority.forbidden");
  EXPECT_EQ(town.lines("OriginalSeen").size(), 0u);
  auto seen = get("principal", picture(), true);
  ASSERT_TRUE(seen) << key(seen);
  EXPECT_EQ(seen->bytes, picture());
  EXPECT_THAT(town.lines("OriginalSeen"), SizeIs(1));
}

TEST_F(Attachments, OfAnotherDistrictAreNotThereToBeNamed) {
  ASSERT_TRUE(put("far_officer", picture()));
  auto fields = hazard();
  fields["photos_before"] = json::array{sha256_hex(picture())};
  EXPECT_EQ(key(open("teacher", town.id(), fields)), "attachment.incomplete");
}

TEST_F(Attachments, MakeTheirCopyAgainWhereItIsMissing) {
  ASSERT_TRUE(put("teacher", picture()));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path() / "files"))
    if (entry.path().extension() == ".copy") std::filesystem::remove(entry.path());
  auto given = get("teacher", picture());
  ASSERT_TRUE(given);
  EXPECT_EQ(given->bytes.find("GPS"), std::string::npos);
  EXPECT_EQ(files_on_disk(), 2u);
}

TEST_F(Attachments, AreSweptAfterADayWhereNothingUsesThem) {
  ASSERT_TRUE(put("teacher", picture("unused")));
  ASSERT_TRUE(put("teacher", picture("used")));
  ASSERT_TRUE(piece(picture("half"), 0, 10));
  use(picture("used"));
  EXPECT_EQ(usecases::sweep_attachments(town.store, files, town.now), 0);
  pass(23 * kHourMs);
  ASSERT_TRUE(put("teacher", picture("sent again")));
  pass(2 * kHourMs);
  EXPECT_EQ(usecases::sweep_attachments(town.store, files, town.now), 2);
  EXPECT_EQ(key(get("teacher", picture("unused"))), "not_found");
  EXPECT_TRUE(get("teacher", picture("used")));
  EXPECT_TRUE(get("teacher", picture("sent again")));
  EXPECT_EQ(files_on_disk(), 4u);
  pass(kMinuteMs);
  EXPECT_EQ(usecases::sweep_attachments(town.store, files, town.now), 0) << "not before an hour";
}

TEST_F(Attachments, GiveASheetToItsDistrictWhoeverSentItFirst) {
  ASSERT_TRUE(put("officer", "学校,区县\n", {}, "text/csv"));
  auto bytes =
      usecases::sent_bytes(town.store, files, town.as("officer"), sha256_hex("学校,区县\n"));
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*bytes, "学校,区县\n");
  ASSERT_TRUE(put("admin", "学校,区县\n", {}, "text/csv"));
  EXPECT_TRUE(usecases::sent_bytes(town.store, files, town.as("admin"), sha256_hex("学校,区县\n")));
  EXPECT_EQ(key(usecases::sent_bytes(town.store, files, town.as("far_officer"),
                                     sha256_hex("学校,区县\n"))),
            "not_found");
  ASSERT_TRUE(put("officer", "ab", "bytes 0-1/4", "text/csv", sha256_hex("abcd")));
  EXPECT_EQ(key(usecases::sent_bytes(town.store, files, town.as("officer"), sha256_hex("abcd"))),
            "attachment.incomplete");
}

TEST_F(Attachments, AreRefusedWhileTheDiskIsFull) {
  // A device that is always full stands where the piece would be written.
  auto whole = picture("too much");
  auto sha = sha256_hex(whole);
  auto where = folder.path() / "files" / "500190" / sha.substr(0, 2);
  std::filesystem::create_directories(where);
  std::filesystem::create_symlink("/dev/full", where / (sha + ".new"));
  auto taken = put("teacher", whole);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().key, "store.full");
  EXPECT_EQ(taken.error().why, Why::busy);
  EXPECT_EQ(town.count("attachments"), 0);
  // With room again it is taken.
  EXPECT_TRUE(put("teacher", whole));
}

}  // namespace
}  // namespace anxiao::app
