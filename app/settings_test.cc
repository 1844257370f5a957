#include "app/settings.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace removr::app {
namespace {

class SettingsTest : public testing::Test {
 protected:
  SettingsTest() : program_("test", "removr") {
    CLI::App* serve = program_.add_subcommand("serve");
    serve->add_option("--max-queue", max_queue_);
    serve->add_flag("--loud", loud_);
    program_.add_subcommand("clean")->add_option("--jobs", jobs_);
    BindEnvironment(program_);
    for (const char* name : {"REMOVR_MAX_QUEUE", "REMOVR_LOUD", "REMOVR_JOBS"}) ::unsetenv(name);
  }
  ~SettingsTest() override { std::filesystem::remove(path_); }

  Status Load(const char* toml, const char* command = "serve") {
    std::ofstream(path_) << toml;
    return LoadConfigFile(program_, path_, command);
  }
  void Parse(const char* command_line) { program_.parse(command_line); }

  const std::string path_ = testing::TempDir() + "removr_settings_" + std::to_string(::getpid()) + ".toml";
  CLI::App program_;
  int max_queue_ = 1, jobs_ = 1;
  bool loud_ = false;
};

TEST_F(SettingsTest, TheCommandLineWinsOverTheEnvironmentAndThatOverTheFile) {
  ASSERT_TRUE(Load("max-queue = 5\nloud = true\n"));
  Parse("serve");
  EXPECT_EQ(max_queue_, 5);
  EXPECT_TRUE(loud_);
  ::setenv("REMOVR_MAX_QUEUE", "6", 1);
  ASSERT_TRUE(Load("max_queue = 5\n"));
  Parse("serve");
  EXPECT_EQ(max_queue_, 6);
  Parse("serve --max-queue 7");
  EXPECT_EQ(max_queue_, 7);
}

TEST_F(SettingsTest, ASectionCountsForItsCommandAlone) {
  ASSERT_TRUE(Load("[serve]\nmax-queue = 8\n[clean]\njobs = 9\n"));
  Parse("serve");
  EXPECT_EQ(max_queue_, 8);
  Parse("clean");
  EXPECT_EQ(jobs_, 1);
}

TEST_F(SettingsTest, SecretsGoIntoTheEnvironmentAsOnePair) {
  const auto of_environment = [](const char* name) {
    const char* value = ::getenv(name);
    return std::string(value == nullptr ? "-" : value);
  };
  for (const char* name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}) ::unsetenv(name);
  ASSERT_TRUE(Load("aws_access_key_id = \"id\"\naws_secret_access_key = \"hush/+=\"\n"));
  EXPECT_EQ(of_environment("AWS_ACCESS_KEY_ID"), "id");
  EXPECT_EQ(of_environment("AWS_SECRET_ACCESS_KEY"), "hush/+=");
  ASSERT_TRUE(Load("aws-access-key-id = \"other\"\naws-session-token = \"of the other\"\n"));
  EXPECT_EQ(of_environment("AWS_ACCESS_KEY_ID"), "id");
  EXPECT_EQ(of_environment("AWS_SESSION_TOKEN"), "-");
  EXPECT_THROW(Parse("serve --aws-secret-access-key hush"), CLI::ParseError);
}

TEST_F(SettingsTest, RefusesAKeyThatNoCommandKnows) {
  EXPECT_EQ(Load("max-queu = 5\n").error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(LoadConfigFile(program_, "/absent.toml", "serve").error().code, ErrorCode::kBadRequest);
}

TEST(FindConfigPath, LooksAtTheArgumentsThenAtTheEnvironment) {
  ::setenv("REMOVR_CONFIG", "/from/environment", 1);
  const char* const separate[] = {"removr", "serve", "--config", "a.toml"};
  const char* const joined[] = {"removr", "--config=b.toml"};
  const char* const none[] = {"removr", "--configuration"};
  EXPECT_EQ(FindConfigPath(4, separate), "a.toml");
  EXPECT_EQ(FindConfigPath(2, joined), "b.toml");
  EXPECT_EQ(FindConfigPath(2, none), "/from/environment");
  ::unsetenv("REMOVR_CONFIG");
  EXPECT_EQ(FindConfigPath(2, none), "");
}

}  // namespace
}  // namespace removr::app
