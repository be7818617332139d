#include "domain/facts/fields.h"

#include <gtest/gtest.h>

namespace anxiao::facts {
namespace {

namespace json = boost::json;

pack::Field field(std::string id, std::string type, bool required = false) {
  pack::Field out;
  out.id = std::move(id);
  out.type = std::move(type);
  out.required = required;
  return out;
}

TEST(Fields, TakeWhatTheirTypeHolds) {
  auto factor = field("l", "factor");
  factor.choices = {{"0.5", {}}, {"10", {}}};
  auto choice = field("c", "choice");
  choice.choices = {{"a", {}}, {"b", {}}};
  auto count = field("n", "integer");
  count.least = 0;
  count.most = 5;
  EXPECT_EQ(fault_of(field("t", "text"), "\u95e8\u5c97"), "");
  EXPECT_EQ(fault_of(field("t", "long_text"), "one\ntwo"), "");
  EXPECT_EQ(fault_of(field("t", "day"), "2026-03-02"), "");
  EXPECT_EQ(fault_of(field("t", "money"), 12.5), "");
  EXPECT_EQ(fault_of(count, 5), "");
  EXPECT_EQ(fault_of(choice, "a"), "");
  EXPECT_EQ(fault_of(choice, json::array{"a", "b"}), "");
  EXPECT_EQ(fault_of(factor, 10), "");
  EXPECT_EQ(fault_of(factor, 0.5), "");
  EXPECT_EQ(fault_of(field("t", "flag"), true), "");
  EXPECT_EQ(fault_of(field("t", "photos"), json::array{std::string(64, 'a')}), "");
  EXPECT_EQ(fault_of(field("t", "person"), "500190.01900000-0000-7000-8000-000000000000"), "");
  EXPECT_EQ(fault_of(field("t", "matter"), "500190.01900000-0000-7000-8000-000000000000"), "");
  EXPECT_EQ(fault_of(field("t", "matter"), "the other one"), "id");
}

TEST(Fields, NameWhatIsWrongWithAValue) {
  auto choice = field("c", "choice");
  choice.choices = {{"a", {}}};
  auto count = field("n", "integer");
  count.least = 0;
  count.most = 5;
  auto factor = field("l", "factor");
  factor.choices = {{"0.5", {}}};
  EXPECT_EQ(fault_of(field("t", "text"), 1), "text");
  EXPECT_EQ(fault_of(field("t", "text"), "one\ntwo"), "text");
  EXPECT_EQ(fault_of(field("t", "text"), json::value(std::string(201, 'x'))), "long");
  EXPECT_EQ(fault_of(field("t", "day"), "2026-02-30"), "day");
  EXPECT_EQ(fault_of(field("t", "money"), "12"), "number");
  EXPECT_EQ(fault_of(count, 1.5), "number");
  EXPECT_EQ(fault_of(count, 6), "range");
  EXPECT_EQ(fault_of(count, -1), "range");
  EXPECT_EQ(fault_of(choice, "b"), "choice");
  EXPECT_EQ(fault_of(choice, json::array{"a", "a"}), "choice");
  EXPECT_EQ(fault_of(choice, 1), "choice");
  EXPECT_EQ(fault_of(factor, 2), "choice");
  EXPECT_EQ(fault_of(factor, "0.5"), "number");
  EXPECT_EQ(fault_of(field("t", "flag"), "yes"), "flag");
  EXPECT_EQ(fault_of(field("t", "photos"), json::array{"x"}), "photos");
  EXPECT_EQ(fault_of(field("t", "photos"), "x"), "photos");
  EXPECT_EQ(fault_of(field("t", "person"), "somebody"), "id");
}

TEST(Fields, CountTheCharactersOfATextNotItsBytesOrBlanks) {
  auto text = field("t", "text");
  text.least = 3;
  text.most = 4;
  EXPECT_EQ(fault_of(text, "\u00e9\u00e9"), "range");
  EXPECT_EQ(fault_of(text, "\u00e9\u00e9\u00e9\u00e9"), "");
  EXPECT_EQ(fault_of(text, "\u00e9\u00e9\u00e9\u00e9\u00e9"), "range");
  EXPECT_EQ(fault_of(text, "   x   "), "range");
  EXPECT_EQ(fault_of(text, ""), "");
}

TEST(Fields, RefuseBytesThatAreNoText) {
  EXPECT_EQ(fault_of(field("t", "text"), "\xff\xfe"), "text");
  EXPECT_EQ(fault_of(field("t", "long_text"), "a bell \a"), "text");
  EXPECT_EQ(fault_of(field("t", "long_text"), "deleted \x7f"), "text");
}

TEST(Fields, HoldNoDebtAndNoHalfCents) {
  auto money = field("m", "money");
  EXPECT_EQ(fault_of(money, 0), "");
  EXPECT_EQ(fault_of(money, 1200.55), "");
  EXPECT_EQ(fault_of(money, 1200.555), "number");
  EXPECT_EQ(fault_of(money, -1), "range");
  EXPECT_EQ(fault_of(money, 1e15), "range");
}

TEST(Fields, BoundTheCountOfPhotographs) {
  auto photos = field("p", "photos");
  photos.least = 2;
  json::string one(64, 'a');
  EXPECT_EQ(fault_of(photos, json::array{one}), "range");
  EXPECT_EQ(fault_of(photos, json::array{one, one}), "");
  EXPECT_EQ(fault_of(photos, json::array(kPhotosMost + 1, one)), "photos");
}

TEST(Fields, AreInHandWhereSomethingIsSaid) {
  json::object fields = {{"none", nullptr}, {"blank", " \t"}, {"empty", json::array{}},
                         {"nought", 0},     {"no", false},    {"text", "x"}};
  for (const char* id : {"none", "blank", "empty", "absent"})
    EXPECT_FALSE(in_hand(fields, id)) << id;
  for (const char* id : {"nought", "no", "text"}) EXPECT_TRUE(in_hand(fields, id)) << id;
}

TEST(Fields, RefuseARowWithAnUnknownFieldOrWithoutARequiredOne) {
  std::vector<pack::Field> fields = {field("name", "text", true), field("place", "text", true),
                                     field("note", "text")};
  auto unknown = check_fields(fields, {{"colour", "red"}});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().key, "fields.unknown");
  auto missing = check_fields(fields, {{"name", "  "}, {"note", "x"}});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().key, "fields.required");
  EXPECT_EQ(missing.error().wants, (std::vector<std::string>{"name", "place"}));
  auto malformed = check_fields(fields, {{"name", 1}});
  ASSERT_FALSE(malformed);
  EXPECT_EQ(malformed.error().key, "fields.malformed");
  EXPECT_EQ(malformed.error().field, "fields.name");
}

TEST(Fields, KeepAChoiceOfSeveralAsATextWithCommas) {
  auto lists = field("checklists", "text", true);
  lists.choices = {{"daily", {}}, {"weekly", {}}};
  auto as_list = check_fields({lists}, {{"checklists", json::array{"daily", "weekly"}}});
  auto as_text = check_fields({lists}, {{"checklists", " daily , weekly"}});
  ASSERT_TRUE(as_list && as_text);
  EXPECT_EQ(as_list->at("checklists"), "daily,weekly");
  EXPECT_EQ(*as_list, *as_text);
  EXPECT_EQ(fault_of(lists, "yearly"), "choice");
  EXPECT_EQ(fault_of(lists, "daily,daily"), "choice");
  EXPECT_EQ(fault_of(lists, json::array{1}), "choice");
}

TEST(Fields, LeaveBlankValuesOut) {
  std::vector<pack::Field> fields = {field("name", "text", true), field("note", "text")};
  auto kept = check_fields(fields, {{"name", "x"}, {"note", nullptr}});
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->size(), 1u);
}

TEST(Fields, TakeAMomentOnlyWithItsOffset) {
  EXPECT_EQ(fault_of(field("m", "moment"), "2026-03-02T07:30:00+08:00"), "");
  EXPECT_EQ(fault_of(field("m", "moment"), "2026-03-02T07:30:00"), "moment");
  EXPECT_EQ(fault_of(field("m", "moment"), "2026-03-02"), "moment");
  EXPECT_EQ(fault_of(field("m", "moment"), 7), "moment");
}

TEST(Fields, SealPapersSoThatTheSameOnesAreKnownAgainHoweverTheyAreWritten) {
  auto sealed = sealed_identity("secret", "5001 0119 9001 0100 1x");
  EXPECT_EQ(sealed.at("last4"), "001X");
  EXPECT_EQ(sealed.at("hash").as_string().size(), 64u);
  EXPECT_EQ(sealed, sealed_identity("secret", "50010119900101001X"));
  EXPECT_NE(sealed, sealed_identity("another", "50010119900101001X"));
  EXPECT_NE(sealed, sealed_identity("secret", "50010119900101002X"));
  EXPECT_EQ(sealed_identity("secret", "\u519b\u5b57\u7b2c123\u53f7").at("last4"), "123\u53f7");
}

TEST(Fields, TakePapersAsTextOrSealedAndNothingElse) {
  auto papers = field("papers", "identity");
  EXPECT_EQ(fault_of(papers, "50010119900101001X"), "");
  EXPECT_EQ(fault_of(papers, sealed_identity("secret", "50010119900101001X")), "");
  EXPECT_EQ(fault_of(papers, "12345"), "identity");
  EXPECT_EQ(fault_of(papers, " -1-2-3-4-5- "), "identity");
  EXPECT_EQ(fault_of(papers, json::value(std::string(41, '1'))), "identity");
  EXPECT_EQ(fault_of(papers, json::object{{"last4", "001X"}}), "identity");
  EXPECT_EQ(fault_of(papers, json::object{{"hash", "x"}, {"last4", "001X"}}), "identity");
}

TEST(Fields, ShowNoHashOfPapersAndNameWhatIsPersonal) {
  auto papers = field("papers", "identity");
  papers.personal = true;
  std::vector<pack::Field> fields = {field("reason", "text"), papers};
  json::object kept = {{"reason", "x"},
                       {"papers", sealed_identity("secret", "123456")},
                       {"once", "asked for by an older pack"}};
  EXPECT_EQ(shown(fields, kept),
            (json::object{{"reason", "x"}, {"papers", json::object{{"last4", "3456"}}}}));
  EXPECT_EQ(without_personal(fields, kept), (json::object{{"reason", "x"}}));
  EXPECT_TRUE(has_personal(fields));
  EXPECT_FALSE(has_personal({field("reason", "text")}));
}

}  // namespace
}  // namespace anxiao::facts
