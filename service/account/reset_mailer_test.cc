// What needs no SMTP server; tests/functional/test_mail.py has one.
#include "service/account/reset_mailer.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "service/store/random_id.h"

namespace removr::account {
namespace {

namespace fs = std::filesystem;

// Where nobody listens.
const MailSettings kNobody{"smtp://127.0.0.1:1", "", "", "removr <noreply@example.org>"};
constexpr Timestamp kNow{1'700'000'000'000};

TEST(MailSender, RefusesSettingsThatMakeNoSenseAndRepeatsNoSecret) {
  const MailSettings good{"smtps://mail.example.org:465", "id", "hush", "a@example.org"};
  EXPECT_TRUE(MailSender::Create(good));
  EXPECT_TRUE(MailSender::Create(kNobody));
  const auto with = [&](auto change) {
    MailSettings settings = good;
    change(settings);
    return settings;
  };
  for (const MailSettings& wrong : {
           MailSettings(),
           with([](MailSettings& s) { s.url = "https://mail.example.org"; }),
           with([](MailSettings& s) { s.url = "smtp://"; }),
           with([](MailSettings& s) { s.url = "smtp://id:hush@mail.example.org"; }),
           with([](MailSettings& s) { s.url = "smtp://mail.example.org/path"; }),
           with([](MailSettings& s) { s.user.clear(); }),
           with([](MailSettings& s) { s.password.clear(); }),
           with([](MailSettings& s) { s.from = "nobody"; }),
           with([](MailSettings& s) { s.from = "a@example.org\r\nBcc: b@example.org"; }),
           with([](MailSettings& s) { s.from = "two <a@example.org> <b@example.org>"; }),
       }) {
    const auto refused = MailSender::Create(wrong);
    ASSERT_FALSE(refused) << wrong.url << " " << wrong.from;
    EXPECT_EQ(refused.error().code, ErrorCode::kBadRequest);
    EXPECT_EQ(refused.error().message.find("hush"), std::string::npos);
  }
}

TEST(MailSender, SendsToPlainAddressesAlone) {
  const MailSender sender = MailSender::Create(kNobody).value();
  for (const char* address :
       {"", "a", "a@", "@b", "a>b@x.org", "a b@x.org", "a\r\nb@x.org", "\"a\"@x.org", "ä@x.org"}) {
    EXPECT_EQ(sender.Send({address, "subject", "text"}, kNow).error().code, ErrorCode::kIo) << address;
  }
  EXPECT_EQ(sender.Send({"a+b@x.org", "subject", "text"}, kNow).error().code, ErrorCode::kBusy) << "nobody listens";
}

TEST(ResetMailer, HasABoundForWhatWaits) {
  const fs::path folder = fs::temp_directory_path() / ("removr-mailer-" + store::RandomId());
  const auto database = store::Database::Open({"sqlite:" + (folder / "db").string()}).value();
  const ManualClock clock(kNow);
  {
    ResetMailer mailer(MailSender::Create(kNobody).value(), "https://x.org", *database, clock);
    // While this holds the database, the mailer's thread waits with the first.
    ASSERT_TRUE(database->Write([&](store::Transaction&) -> Status {
      std::size_t taken = 0;
      while (taken < ResetMailer::kWaitingMax + 2 && mailer.Ask("nobody@x.org")) ++taken;
      EXPECT_GE(taken, ResetMailer::kWaitingMax);
      EXPECT_LE(taken, ResetMailer::kWaitingMax + 1);
      EXPECT_EQ(mailer.Ask("nobody@x.org").error().code, ErrorCode::kBusy);
      return {};
    }));
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace removr::account
