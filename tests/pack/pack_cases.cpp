// Every case of every pack is a test of its own, named by its sentence; then that the cases of the
// requirements and of each chart leave nothing unproved, and what holds in any life of a matter.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

#include "case_run.h"
#include "coverage.h"
#include "lives.h"
#include "pack/calendar.h"
#include "pack/cases.h"
#include "standing_run.h"

namespace anxiao::cases {
namespace {

namespace fs = std::filesystem;

// One pack with its cases, read once for all the tests of it.
struct Book {
  std::shared_ptr<const pack::Pack> pack;
  pack::LoadedCases loaded;
  Ground ground;
  const std::vector<pack::Case>& cases() const { return loaded.cases; }
};

using Body = std::function<void()>;

class Sentence : public ::testing::Test {
 public:
  explicit Sentence(Body body) : body_(std::move(body)) {}
  void TestBody() override { body_(); }

 private:
  Body body_;
};

void sentence(const std::string& suite, const std::string& name, const char* file, int line,
              Body body) {
  ::testing::RegisterTest(
      suite.c_str(), name.c_str(), nullptr, nullptr, file, line,
      [body = std::move(body)]() -> ::testing::Test* { return new Sentence(body); });
}

void case_holds(const Book& book, const pack::Case& one) {
  for (const auto& wrong : run(*book.pack, *book.ground.zone, one).wrong)
    ADD_FAILURE() << one.file << ":" << one.line << ": " << one.name << "\n  " << wrong;
}

void nothing_is_unproved(const Book& book, const pack::Chart& chart) {
  std::vector<Seen> seen;
  for (const auto& one : book.cases())
    if (one.loop == chart.id) seen.push_back(run(*book.pack, *book.ground.zone, one).seen);
  for (const auto& gap : gaps(chart, seen))
    ADD_FAILURE() << gap << "; add one to cases/" << chart.id << "_*.yml";
}

// The look for gaps sees them: without cases, every move, guard and term of the chart is one.
void without_cases_everything_is_unproved(const Book&, const pack::Chart& chart) {
  auto found = gaps(chart, {});
  auto speaks_of = [&](const std::string& what) {
    return std::ranges::any_of(
        found, [&](const auto& gap) { return gap.find(what) != std::string::npos; });
  };
  for (const auto& move : chart.moves) {
    EXPECT_TRUE(speaks_of("makes `" + move.id + "`"));
    for (const auto& guard : move.guards)
      EXPECT_TRUE(speaks_of(guard.kind == "told" ? "vacant for `" + move.id + "`"
                                                 : "`" + move.id + "` by its guard " + guard.kind));
  }
  for (const auto& stage : chart.stages)
    for (const auto& [level, hours] : stage.term_hours)
      EXPECT_TRUE(speaks_of("`" + stage.id + "` lapse at the level `" + level + "`"));
}

// Each requirement that a case names exists; each that says a loop holds it has a case.
void requirements_are_proved(const Book& book) {
  auto counts = pack::count_by_requirement(book.loaded);
  std::set<std::string> known;
  for (const auto& clause : book.pack->clauses)
    for (const auto& requirement : clause.requirements) {
      known.insert(requirement.id);
      for (const auto& chart : book.pack->charts)
        if (std::ranges::find(requirement.held_by, "loop/" + chart.id) !=
            requirement.held_by.end()) {
          EXPECT_GT(counts[requirement.id].moves, 0)
              << requirement.id << " is held by a loop and has no case";
        }
    }
  for (const auto& one : book.cases())
    EXPECT_TRUE(known.contains(one.requirement))
        << one.file << ":" << one.line << ": the pack has no requirement " << one.requirement;
}

// --- requirements ---

void requirement_stands(const Book& book, const pack::StandingCase& one) {
  for (const auto& wrong : run(book.ground, one).wrong)
    ADD_FAILURE() << one.file << ":" << one.line << ": " << one.name << "\n  " << wrong;
}

void nothing_of_the_requirements_is_unproved(const Book& book) {
  std::vector<Stood> stood;
  for (const auto& one : book.loaded.standing) stood.push_back(run(book.ground, one));
  for (const auto& gap : gaps(book.ground, stood))
    ADD_FAILURE() << gap << "; add one to cases/standing_cNN.yml";
}

// The look for gaps sees them, and the look at a case sees what the pack does not know.
void without_cases_every_requirement_is_unproved(const Book& book) {
  const auto found = gaps(book.ground, {});
  std::size_t checks = 0;
  for (const auto& each : book.ground.plan->requirements()) {
    checks += each.checks.size();
    EXPECT_TRUE(std::ranges::find(found, each.requirement->id + ": no case breaks it") !=
                found.end());
  }
  EXPECT_GE(found.size(), 2 * (book.ground.plan->requirements().size() + checks));
}

void what_the_pack_does_not_know_is_not_given(const Book& book) {
  ASSERT_FALSE(book.loaded.standing.empty());
  for (const auto& [key, value] :
       std::map<std::string, boost::json::value>{{"kind", "castle"},
                                                 {"colour", "red"},
                                                 {"on", "tomorrow"},
                                                 {"facets", {{"towers", 2}}},
                                                 {"rows", {{"dragons", boost::json::array{}}}},
                                                 {"posts", {{"knight", 1}}},
                                                 {"duties", {{"joust", {{"done", "2026-04-01"}}}}},
                                                 {"matters", {{"siege", boost::json::array{}}}}}) {
    auto one = book.loaded.standing.front();
    one.given[key] = value;
    EXPECT_FALSE(run(book.ground, one).wrong.empty()) << key;
  }
}

// --- what holds in any life ---

void history_folds_to_the_present(const pack::Chart& chart, const Life& life) {
  auto folded = life.matters.front();
  for (std::size_t i = 0; i < life.moves.size(); ++i) {
    folded = loops::after(chart, folded, life.moves[i]);
    const auto& stood = life.matters[i + 1];
    ASSERT_EQ(folded.stage, stood.stage);
    ASSERT_EQ(folded.fields, stood.fields);
    ASSERT_EQ(folded.due, stood.due);
    ASSERT_EQ(folded.holder, stood.holder);
  }
}

// The makers of the moves that a guard of this move keeps apart are others.
void nobody_follows_himself(const pack::Chart& chart, const Life& life) {
  for (std::size_t i = 0; i < life.moves.size(); ++i) {
    const auto* move = chart.move(life.moves[i].move);
    for (const auto& guard : move->guards) {
      if (guard.kind != "differs_from") continue;
      for (std::size_t before = 0; before < i; ++before) {
        if (std::ranges::find(guard.of, life.moves[before].move) == guard.of.end()) continue;
        ASSERT_NE(life.moves[before].step.actor.person, life.moves[i].step.actor.person)
            << move->id << " after " << life.moves[before].move;
      }
    }
  }
}

// Whoever comes to an end by closing was accepted on the way, since the matter last came back.
void ends_are_reached_by_the_chart(const pack::Chart& chart, const Life& life) {
  for (std::size_t i = 0; i < life.moves.size(); ++i) {
    const auto& moved = life.moves[i];
    const auto* move = chart.move(moved.move);
    ASSERT_EQ(moved.to, move->to.empty() ? moved.from : move->to);
    const auto* stage = chart.stage(moved.to);
    ASSERT_NE(stage, nullptr);
    if (stage->end) {
      ASSERT_FALSE(moved.due);
    } else {
      ASSERT_TRUE(moved.due) << moved.to;
    }
    if (!move->from.empty()) {
      ASSERT_NE(std::ranges::find(move->from, moved.from), move->from.end());
    }
    ASSERT_NE(std::ranges::find(move->by, moved.step.actor.posts.front()), move->by.end());
  }
}

void lives_keep_the_laws(const Book& book, const pack::Chart& chart) {
  std::map<std::string, int> ends;
  std::set<std::string> made;
  for (unsigned seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    auto life = live(*book.pack, chart, *book.ground.zone, seed);
    history_folds_to_the_present(chart, life);
    nobody_follows_himself(chart, life);
    ends_are_reached_by_the_chart(chart, life);
    if (::testing::Test::HasFatalFailure()) return;
    for (const auto& moved : life.moves) made.insert(moved.move);
    if (!life.moves.empty()) ++ends[life.moves.back().to];
  }
  for (const auto& stage : chart.stages)
    if (stage.end) {
      EXPECT_GT(ends[stage.id], 0) << "no life came to " << stage.id;
    }
  for (const auto& move : chart.moves)
    EXPECT_TRUE(made.contains(move.id)) << "no life made " << move.id;
}

// Whatever post is not among a move's makers is refused it at every stage it leaves.
void only_its_posts_make_a_move(const Book& book, const pack::Chart& chart) {
  for (const auto& move : chart.moves)
    for (const auto& from : move.from.empty() ? std::vector<std::string>{""} : move.from)
      for (const auto& post : book.pack->posts) {
        if (std::ranges::find(move.by, post.id) != move.by.end()) continue;
        loops::Matter matter;
        matter.organisation = matter.holder = id_of("school");
        matter.stage = from;
        loops::Step step;
        step.move = move.id;
        step.actor = {.person = id_of("ann"), .posts = {post.id}};
        auto moved = loops::walk(chart, matter, step);
        ASSERT_FALSE(moved) << post.id << " made " << move.id;
        ASSERT_EQ(moved.error().key, "loops.not_yours") << post.id << " " << move.id;
      }
}

// --- registering ---

void register_chart(const std::shared_ptr<Book>& book, const std::string& suite,
                    const pack::Chart& chart) {
  auto add = [&](const std::string& name, auto holds) {
    sentence(suite, chart.id + ": " + name, __FILE__, __LINE__,
             [book, &chart, holds] { holds(*book, chart); });
  };
  add("the cases leave nothing unproved", nothing_is_unproved);
  add("without cases everything is unproved", without_cases_everything_is_unproved);
  add("only its posts make a move", only_its_posts_make_a_move);
  add("every life keeps the laws of the chart", lives_keep_the_laws);
}

void register_pack(const fs::path& folder) {
  auto suite = folder.filename().string();
  auto loaded = pack::load(folder);
  auto cases = pack::load_cases(folder);
  auto complaints = loaded.complaints;
  complaints.insert(complaints.end(), cases.complaints.begin(), cases.complaints.end());
  sentence(suite, "the pack and its cases can be read", __FILE__, __LINE__, [complaints] {
    for (const auto& complaint : complaints) ADD_FAILURE() << complaint.text();
  });
  if (!loaded.pack) return;
  auto book = std::make_shared<Book>();
  book->pack = loaded.pack;
  book->loaded = std::move(cases);
  book->ground =
      ground_of(loaded.pack, pack::load_holidays(folder.parent_path() / "calendar").years);
  for (const auto& one : book->cases())
    sentence(suite, one.requirement + " " + one.name, __FILE__, __LINE__,
             [book, &one] { case_holds(*book, one); });
  for (const auto& one : book->loaded.standing)
    sentence(suite, one.requirement + " " + one.name, __FILE__, __LINE__,
             [book, &one] { requirement_stands(*book, one); });
  auto add = [&](const std::string& name, auto holds) {
    sentence(suite, name, __FILE__, __LINE__, [book, holds] { holds(*book); });
  };
  add("every requirement a loop holds has a case", requirements_are_proved);
  add("the cases of the requirements leave nothing unproved",
      nothing_of_the_requirements_is_unproved);
  add("without cases every requirement is unproved", without_cases_every_requirement_is_unproved);
  add("what the pack does not know is not given", what_the_pack_does_not_know_is_not_given);
  for (const auto& chart : book->pack->charts) register_chart(book, suite, chart);
}

}  // namespace
}  // namespace anxiao::cases

// The packs of the source tree, or the folders named.
int main(int count, char** arguments) {
  ::testing::InitGoogleTest(&count, arguments);
  std::vector<std::filesystem::path> folders(arguments + 1, arguments + count);
  if (folders.empty())
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(ANXIAO_SOURCE) / "pack"))
      if (std::filesystem::exists(entry.path() / "pack.yml")) folders.push_back(entry.path());
  for (const auto& folder : folders) anxiao::cases::register_pack(folder);
  return RUN_ALL_TESTS();
}
