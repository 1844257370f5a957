// The API over a real socket, database and storage; only the engine is one whose answers the test chooses.
#include "service/api/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <thread>

#include "service/account/account.h"
#include "service/account/key.h"
#include "service/http/server.h"
#include "service/http/test_client.h"
#include "service/job/service_fixture.h"

namespace removr::api {
namespace {

using http::RawAnswer;
using http::TestClient;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

struct FormFile {
  std::string name = "a.png";
  std::string content = "clean";
  std::string field = "files";
};

std::string PartHead(const FormFile& file) {
  return "--b\r\nContent-Disposition: form-data; name=\"" + file.field + "\"; filename=\"" + file.name + "\"\r\n\r\n";
}

std::string Form(const std::vector<FormFile>& files) {
  std::string body;
  for (const FormFile& file : files) body += PartHead(file) + file.content + "\r\n";
  return body + "--b--\r\n";
}

// The text of a JSON field; numbers and booleans as they stand.
std::string Json(const RawAnswer& answer, const std::string& key) {
  const auto at = answer.body.find("\"" + key + "\":");
  if (at == std::string::npos) return "";
  auto rest = answer.body.substr(at + key.size() + 3);
  if (rest.starts_with('"')) return rest.substr(1, rest.find('"', 1) - 1);
  return rest.substr(0, rest.find_first_of(",}"));
}

class Api : public job::ServiceTest {
 protected:
  Api() {
    settings_.limits.file_max_bytes = 1000;
    settings_.limits.files_max = 3;
    key_ = MakeAccount("anna@example.org", 10, account_id_);
    StartServer({});
  }

  void StartServer(const Settings& settings) {
    server_.reset();
    submitter_ = std::make_unique<job::Submitter>(*database_, *blobs_, clock_, settings_);
    auto handler = Create(settings, {*database_, *blobs_, *submitter_, clock_});
    ASSERT_TRUE(handler) << handler.error().message;
    handler_ = std::move(*handler);
    http::ServerOptions options;
    options.listen.port = 0;
    options.body_timeout = milliseconds(300);
    options.requests_max = 8;
    options.uploads_max = 6;
    server_ = http::Server::Start(options, *handler_, http_clock_).value();
  }

  std::string MakeAccount(const std::string& email, ledger::Credits credits, std::string& id) {
    return Write([&](store::Transaction& transaction) -> Result<std::string> {
             account::NewAccount wanted;
             wanted.email = email;
             wanted.rights_accepted_by = "operator";
             ASSIGN_OR_RETURN(const auto account, account::Create(transaction, wanted, Now()));
             if (credits > 0) TRY(ledger::Grant(transaction, account.id, credits, "for " + email, "", Now()));
             ASSIGN_OR_RETURN(const auto key, account::CreateKey(transaction, account.id, "test", Now()));
             id = account.id;
             return key.text;
           })
        .value();
  }

  std::string Head(const std::string& line, const std::string& fields = "", const std::string& key = "") const {
    return line + " HTTP/1.1\r\nHost: test:81\r\nAuthorization: Bearer " + (key.empty() ? key_ : key) + "\r\n" +
           fields + "\r\n";
  }
  std::string PostHead(std::size_t length, const std::string& fields = "", const std::string& key = "") const {
    const std::string type =
        fields.find("Content-Type") == std::string::npos ? "Content-Type: multipart/form-data; boundary=b\r\n" : "";
    return Head("POST /api/v1/remove", type + "Content-Length: " + std::to_string(length) + "\r\n" + fields, key);
  }
  RawAnswer Exchange(const std::string& request, bool has_body = true) const {
    TestClient client(server_->Port());
    client.Send(request);
    return client.Receive(has_body);
  }
  RawAnswer Get(const std::string& path, const std::string& fields = "") const {
    return Exchange(Head("GET " + path, fields));
  }
  RawAnswer Post(const std::string& body, const std::string& fields = "", const std::string& key = "") const {
    return Exchange(PostHead(body.size(), fields, key) + body);
  }
  // A finished job of these files.
  std::string MakeJob(const std::vector<FormFile>& files) {
    const std::string id = Json(Post(Form(files)), "jobId");
    WorkAll();
    return id;
  }
  ledger::Credits Credits() { return Balance(account_id_); }

  // Nothing was kept of a refused submission. What it wrote goes before the answer does.
  void ExpectNothingKept() {
    EXPECT_EQ(CountFiles(), 0);
    EXPECT_EQ(Count("uploads"), 0);
    EXPECT_EQ(Count("jobs"), 0);
    EXPECT_EQ(Credits(), 10);
  }
  bool BecomesTrue(const std::function<bool()>& condition) {
    for (int i = 0; i < 500; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(milliseconds(10));
    }
    return false;
  }

  const SystemClock http_clock_;
  std::string account_id_, key_;
  std::unique_ptr<job::Submitter> submitter_;
  std::unique_ptr<http::Handler> handler_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(Api, TakesImagesInAndGivesThemBack) {
  const RawAnswer accepted = Post(Form({{"my photo.png"}, {"b.jpg", "broken"}, {"c.webp", "nothing"}}));
  ASSERT_EQ(accepted.status, 202) << accepted.body;
  const std::string id = Json(accepted, "jobId");
  EXPECT_EQ(accepted.body, R"({"jobId":")" + id + R"(","count":3,"status":"processing"})");
  EXPECT_EQ(accepted.Field("Location"), "/api/v1/jobs/" + id);
  EXPECT_EQ(accepted.Field("X-Credits-Charged"), "3");
  EXPECT_EQ(accepted.Field("X-Credits-Remaining"), "7");
  EXPECT_EQ(accepted.Field("Idempotent-Replayed"), "");

  const RawAnswer processing = Get("/api/v1/jobs/" + id);
  EXPECT_EQ(Json(processing, "status"), "processing");
  EXPECT_NE(processing.Field("Retry-After"), "");
  WorkAll();
  const RawAnswer done = Get("/api/v1/jobs/" + id);
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(done.Field("Retry-After"), "");
  EXPECT_THAT(done.body, HasSubstr(R"("status":"done","total":3,"completed":3,)"));
  EXPECT_THAT(done.body, HasSubstr(R"("createdAt":"2023-11-14T22:13:20Z","expiresAt":"2023-11-15T22:13:20Z")"));
  EXPECT_THAT(
      done.body,
      HasSubstr(R"({"id":"my_photo-0","ok":true,"filename":"my photo.png","url":"http://test:81/api/v1/files/)" + id +
                R"(/my_photo-0-clean.png","verdict":"clean","format":"png","width":640,"height":480,)"));
  EXPECT_THAT(done.body,
              HasSubstr(R"({"id":"b-1","ok":false,"filename":"b.jpg","error":"The image is damaged or incomplete.",)"
                        R"("code":"corrupt_image","creditRefunded":true})"));
  EXPECT_THAT(done.body, HasSubstr(R"("verdict":"no_overlay_found")"));
  EXPECT_EQ(Credits(), 9);
  ExpectSoundLedger();
}

TEST_F(Api, TellsTheAccount) {
  const RawAnswer answer = Get("/api/v1/account");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"email":"anna@example.org","plan":"free","balance":10,"renewsAt":null,)"
                         R"("creditsPerMonth":0,"price":null,"rollsOver":false})");
}

TEST_F(Api, WantsAKey) {
  const auto code = [&](const std::string& field) {
    const RawAnswer answer = Exchange("GET /api/v1/account HTTP/1.1\r\nHost: a\r\n" + field + "\r\n");
    EXPECT_EQ(answer.Field("WWW-Authenticate"), "Bearer") << field;
    EXPECT_EQ(answer.Field("Content-Type"), "application/problem+json");
    EXPECT_EQ(answer.body, Exchange("GET /api/v1/account HTTP/1.1\r\nHost: a\r\n\r\n").body)
        << "it tells what is wrong";
    return answer.status;
  };
  std::string mistyped = key_;
  mistyped[15] = mistyped[15] == 'a' ? 'b' : 'a';
  for (const std::string& field :
       {std::string(), std::string("Authorization: Bearer \r\n"), "Authorization: Basic " + key_ + "\r\n",
        "Authorization: Bearer " + mistyped + "\r\n",
        "Authorization: Bearer " + key_ + "\r\nAuthorization: Bearer " + key_ + "\r\n"}) {
    EXPECT_EQ(code(field), 401) << field;
  }
  EXPECT_EQ(Exchange("GET /api/v1/account HTTP/1.1\r\nHost: a\r\nauthorization: bearer " + key_ + "\r\n\r\n").status,
            200);
}

TEST_F(Api, KnowsItsPathsAndMethods) {
  EXPECT_EQ(Get("/").status, 404);
  EXPECT_EQ(Get("/api/v1/jobs/").status, 404);
  EXPECT_EQ(Get("/api/v1/jobs/none").status, 404);
  EXPECT_EQ(Get("/api/v1/account/").status, 404);
  EXPECT_EQ(Get("/api/v1/%zz").status, 400);
  const RawAnswer wrong = Exchange(Head("DELETE /api/v1/account"));
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.Field("Allow"), "GET, HEAD");
  EXPECT_EQ(Json(wrong, "code"), "method_not_allowed");
  EXPECT_EQ(Exchange(Head("GET /api/v1/remove")).Field("Allow"), "POST");
  EXPECT_EQ(Exchange(Head("OPTIONS /api/v1/remove")).status, 405);
}

TEST_F(Api, RefusesWhatIsNotAFormOfFiles) {
  EXPECT_EQ(Post("{}", "Content-Type: application/json\r\n").status, 415);
  EXPECT_EQ(Post("x", "Content-Type: multipart/form-data\r\n").status, 400);
  EXPECT_EQ(Post("no boundary").status, 400);
  EXPECT_EQ(Post("--b--\r\n").status, 400);
  EXPECT_EQ(Post("").status, 400);
  EXPECT_EQ(Post(PartHead({}) + "clean\r\n").status, 400);
  const RawAnswer typo = Post(Form({{}, {"b", "x", "file"}}));
  EXPECT_EQ(typo.status, 400);
  EXPECT_THAT(Json(typo, "error"), HasSubstr("file"));
  for (const std::string key : {"", "a b", "\xC3\xBC", "\"a", "\"\""}) {
    EXPECT_EQ(Post(Form({{}}), "Idempotency-Key: " + key + "\r\n").status, 400) << key;
  }
  EXPECT_EQ(Post(Form({{}}), "Idempotency-Key: " + std::string(256, 'a') + "\r\n").status, 400);
  EXPECT_EQ(Post(Form({{}}), "Idempotency-Key: a\r\nIdempotency-Key: b\r\n").status, 400);
  ExpectNothingKept();
}

TEST_F(Api, RefusesTooMuchAsSoonAsItIsKnown) {
  const std::string large(1001, 'x');
  const RawAnswer file = Post(Form({{}, {"b.png", large}}));
  EXPECT_EQ(file.status, 413);
  EXPECT_EQ(Json(file, "code"), "file_too_large");
  const RawAnswer files = Post(Form({{}, {}, {}, {}}));
  EXPECT_EQ(files.status, 413);
  EXPECT_EQ(Json(files, "code"), "too_many_files");
  // Announced, and not sent.
  EXPECT_EQ(Exchange(PostHead(100'000'000)).status, 413);
  // Known long before the body's end, and readable although the rest is sent first.
  TestClient client(server_->Port());
  const std::string beginning = PartHead({}) + large;
  EXPECT_TRUE(client.Send(PostHead(100'000) + beginning + std::string(100'000 - beginning.size(), 'x')));
  const RawAnswer early = client.Receive();
  EXPECT_EQ(early.status, 413);
  EXPECT_EQ(early.Field("Connection"), "close");
  ExpectNothingKept();
  EXPECT_EQ(Post(Form({{"a.png", std::string(1000, 'x')}})).status, 202);
}

TEST_F(Api, SaysHowManyCreditsAreMissing) {
  std::string id;
  const std::string key = MakeAccount("poor@example.org", 1, id);
  const RawAnswer answer = Post(Form({{}, {}}), "", key);
  EXPECT_EQ(answer.status, 402);
  EXPECT_EQ(Json(answer, "balance"), "1");
  EXPECT_EQ(Json(answer, "required"), "2");
  EXPECT_EQ(Post(Form({{}}), "Idempotency-Key: k\r\n", key).status, 202);
  // At 0 it is said before the body is read; with a key only after it, since this may be a replay.
  const RawAnswer early = Exchange(PostHead(1000, "Expect: 100-continue\r\n", key));
  EXPECT_EQ(early.status, 402);
  EXPECT_EQ(Json(early, "balance"), "0");
  EXPECT_EQ(Json(early, "required"), "1");
  EXPECT_EQ(Post(Form({{}}), "Idempotency-Key: other\r\n", key).status, 402);
  const RawAnswer replay = Post(Form({{}}), "Idempotency-Key: \"k\"\r\n", key);
  EXPECT_EQ(replay.status, 202);
  EXPECT_EQ(replay.Field("Idempotent-Replayed"), "true");
  EXPECT_EQ(replay.Field("X-Credits-Charged"), "0");
}

TEST_F(Api, RemembersAKeyForItsRequestAlone) {
  const RawAnswer first = Post(Form({{}}), "Idempotency-Key: k\r\n");
  EXPECT_EQ(first.status, 202);
  EXPECT_EQ(Post(Form({{}}), "Idempotency-Key: k\r\n").body, first.body);
  const RawAnswer other = Post(Form({{"a.png", "other"}}), "Idempotency-Key: k\r\n");
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(Json(other, "code"), "idempotency_mismatch");
  EXPECT_EQ(Credits(), 9);
}

TEST_F(Api, HoldsAKeyForAsLongAsItsUploadLives) {
  const std::string body = Form({{}});
  TestClient client(server_->Port());
  client.Send(PostHead(body.size(), "Idempotency-Key: k\r\n") + body.substr(0, body.size() / 2));
  ASSERT_TRUE(BecomesTrue([&] { return Count("uploads") == 1; }));
  const RawAnswer second = Post(body, "Idempotency-Key: k\r\n");
  EXPECT_EQ(second.status, 409);
  EXPECT_NE(second.Field("Retry-After"), "");
  client.Close();
  EXPECT_TRUE(BecomesTrue([&] { return Count("uploads") == 0 && CountFiles() == 0; })) << "a disconnect releases it";
  EXPECT_EQ(Post(body, "Idempotency-Key: k\r\n").status, 202);
}

TEST_F(Api, KeepsNothingOfABodyThatEndsEarlyOrStalls) {
  const std::string body = Form({{"a.png", std::string(900, 'x')}});
  TestClient ended(server_->Port());
  ended.Send(PostHead(body.size()) + body.substr(0, 500));
  ended.EndSending();
  const RawAnswer early = ended.Receive();
  EXPECT_EQ(early.status, 400);
  EXPECT_EQ(early.Field("Connection"), "close");
  const RawAnswer stalled = Exchange(PostHead(body.size()) + body.substr(0, 500));
  EXPECT_EQ(stalled.status, 408);
  EXPECT_EQ(Json(stalled, "code"), "request_timeout");
  ExpectNothingKept();
}

TEST_F(Api, IsBusyWithoutWorkersAndWithAFullQueue) {
  settings_.queue_max_images = 1;
  StartServer({});
  EXPECT_EQ(Post(Form({{}, {}})).status, 503);
  EXPECT_EQ(Get("/readyz").status, 200);
  clock_.Advance(std::chrono::minutes(5));
  const RawAnswer answer = Post(Form({{}}));
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(Json(answer, "code"), "busy");
  EXPECT_NE(answer.Field("Retry-After"), "");
  EXPECT_EQ(Get("/readyz").status, 503);
  EXPECT_EQ(Get("/healthz").status, 200);
  ExpectNothingKept();
}

TEST_F(Api, IsNotReadyWithoutStorage) {
  std::filesystem::permissions(folder_ / "files", std::filesystem::perms::none);
  std::filesystem::rename(folder_ / "files", folder_ / "gone");
  std::ofstream(folder_ / "files") << "not a folder";
  const RawAnswer answer = Get("/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(Json(answer, "error"), HasSubstr("storage"));
  std::filesystem::permissions(folder_ / "gone", std::filesystem::perms::owner_all);
}

TEST_F(Api, GivesFilesOutWholeAndInParts) {
  const std::string id = MakeJob({{"\xC3\xBC b.png", "clean picture"}});
  const std::string path = "/api/v1/files/" + id + "/b-0-clean.png";
  const RawAnswer whole = Get(path);
  ASSERT_EQ(whole.status, 200) << Get("/api/v1/jobs/" + id).body;
  EXPECT_EQ(whole.body, "result of clean picture");
  EXPECT_EQ(whole.Field("Content-Type"), "image/png");
  EXPECT_EQ(whole.Field("Cache-Control"), "private");
  EXPECT_EQ(whole.Field("Content-Disposition"), "attachment; filename=\"b-0-clean.png\"");
  EXPECT_EQ(whole.Field("X-Content-Type-Options"), "nosniff");
  const std::string etag = whole.Field("ETag");
  EXPECT_EQ(etag.size(), 66u);

  const RawAnswer head = Exchange(Head("HEAD " + path, "Range: bytes=0-1\r\n"), false);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.Field("Content-Length"), "23");
  const RawAnswer part = Get(path, "Range: bytes=-7\r\nIf-Range: " + etag + "\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "picture");
  EXPECT_EQ(part.Field("Content-Range"), "bytes 16-22/23");
  EXPECT_EQ(Get(path, "Range: bytes=1-2\r\nIf-Range: \"other\"\r\n").status, 200);
  const RawAnswer beyond = Get(path, "Range: bytes=23-\r\n");
  EXPECT_EQ(beyond.status, 416);
  EXPECT_EQ(beyond.Field("Content-Range"), "bytes */23");
  EXPECT_EQ(beyond.Field("Content-Type"), "application/problem+json");
  const RawAnswer known = Get(path, "If-None-Match: " + etag + "\r\n");
  EXPECT_EQ(known.status, 304);
  EXPECT_EQ(known.Field("ETag"), etag);
  EXPECT_EQ(Get(path + "x").status, 404);
}

TEST_F(Api, GivesNothingToOtherAccounts) {
  const std::string id = MakeJob({{}});
  std::string other_id;
  const std::string other = MakeAccount("bob@example.org", 1, other_id);
  EXPECT_EQ(Exchange(Head("GET /api/v1/jobs/" + id, "", other)).status, 404);
  EXPECT_EQ(Exchange(Head("GET /api/v1/files/" + id + "/a-0-clean.png", "", other)).status, 404);
  EXPECT_EQ(Get("/api/v1/files/" + id + "/a-0-clean.png").status, 200);
}

TEST_F(Api, SaysThatFilesHaveExpired) {
  const std::string id = MakeJob({{}});
  clock_.Advance(std::chrono::hours(25));
  EXPECT_EQ(Get("/api/v1/files/" + id + "/a-0-clean.png").status, 410);
  SweepNow();
  EXPECT_EQ(Get("/api/v1/files/" + id + "/a-0-clean.png").status, 410);
  EXPECT_EQ(Get("/api/v1/jobs/" + id).status, 200);
}

TEST_F(Api, MakesUrlsFromWhatItMayBelieve) {
  const std::string id = MakeJob({{}});
  const auto url = [&](const std::string& fields) { return Json(Get("/api/v1/jobs/" + id, fields), "url"); };
  const std::string forwarded = "X-Forwarded-Proto: https, http\r\nX-Forwarded-Host: outside.example\r\n";
  EXPECT_THAT(url(forwarded), testing::StartsWith("http://test:81/api/v1/files/"));
  StartServer({.public_url = "", .trusted_proxies = {"127.0.0.0/8"}});
  EXPECT_THAT(url(forwarded), testing::StartsWith("https://outside.example/api/v1/files/"));
  EXPECT_THAT(url("X-Forwarded-Proto: ftp\r\nX-Forwarded-Host: a/b\r\n"), testing::StartsWith("http://test:81/"));
  StartServer({.public_url = "https://public.example/removr/", .trusted_proxies = {"127.0.0.0/8"}});
  EXPECT_THAT(url(forwarded), testing::StartsWith("https://public.example/removr/api/v1/files/"));
}

TEST_F(Api, RefusesSettingsThatItDoesNotUnderstand) {
  const Services services{*database_, *blobs_, *submitter_, clock_};
  for (const std::string_view bad :
       {"example.org", "ftp://a", "https://", "https://a b", "https://a/?x", "https://a@b"}) {
    EXPECT_FALSE(Create({.public_url = std::string(bad), .trusted_proxies = {}}, services)) << bad;
  }
  EXPECT_FALSE(Create({.public_url = "", .trusted_proxies = {"10.0.0.0/99"}}, services));
}

TEST_F(Api, TakesMasksAndOptions) {
  const std::string mask = "\x89PNG\r\n\x1A\n mask";
  const RawAnswer accepted =
      Post(Form({{}, {"", "png", "format"}, {"m.png", mask, "mask"}, {"", "60", "quality"}, {"", "1 2 3 4", "roi"}}));
  ASSERT_EQ(accepted.status, 202) << accepted.body;
  WorkAll();
  EXPECT_EQ(processor_.masks, std::vector<std::string>{mask});
  EXPECT_EQ(processor_.wishes, std::vector<std::string>{"roi=1 2 3 4;format=png;quality=60"});
}

TEST_F(Api, TakesATemplateForRemovalAndDetection) {
  const std::string overlay = std::string(job::kOverlay) + " of mine";
  ASSERT_EQ(Post(Form({{"t.png", overlay, "template"}, {}})).status, 202);
  const std::string form = Form({{}, {"t.png", overlay, "template"}});
  const std::string fields = "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ";
  ASSERT_EQ(Exchange(Head("POST /api/v1/detect", fields + std::to_string(form.size()) + "\r\n") + form).status, 202);
  WorkAll();
  EXPECT_EQ(processor_.templates, (std::vector<std::string>{overlay, overlay}));
}

TEST_F(Api, RefusesOptionsThatItDoesNotUnderstand) {
  for (const FormFile& field : std::vector<FormFile>{{"", "gif", "format"},
                                                     {"", "0", "quality"},
                                                     {"", "txt", "kinds"},
                                                     {"", "1 2 3", "roi"},
                                                     {"", std::string(900, '1') + std::string(200, '1'), "roi"},
                                                     {"", "x", "Format"},
                                                     {"m.png", "no image", "mask"},
                                                     {"t.png", "no overlay", "template"}}) {
    const RawAnswer refused = Post(Form({{}, field}));
    EXPECT_EQ(refused.status, 400) << field.field;
    EXPECT_EQ(Json(refused, "code"), "bad_request");
  }
  EXPECT_EQ(Post(Form({{}, {"", "png", "format"}, {"", "png", "format"}})).status, 400);
  ExpectNothingKept();
}

TEST_F(Api, DetectsForNothing) {
  const std::string form = Form({{"a.png", "residual masked"}});
  const std::string fields = "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ";
  const RawAnswer accepted =
      Exchange(Head("POST /api/v1/detect", fields + std::to_string(form.size()) + "\r\n") + form);
  ASSERT_EQ(accepted.status, 202) << accepted.body;
  EXPECT_EQ(accepted.Field("X-Credits-Charged"), "0");
  WorkAll();
  const RawAnswer done = Get("/api/v1/jobs/" + Json(accepted, "jobId"));
  EXPECT_EQ(Json(done, "task"), "detect");
  EXPECT_THAT(done.body, Not(HasSubstr("\"url\"")));
  EXPECT_THAT(Json(done, "maskUrl"), HasSubstr("/a-0-mask.png"));
  EXPECT_EQ(Credits(), 10);
}

TEST_F(Api, LinksOriginalMaskAndReceipt) {
  const std::string id = MakeJob({{"a.png", "clean masked"}});
  const RawAnswer job = Get("/api/v1/jobs/" + id);
  EXPECT_EQ(Json(job, "engine"), "letters");
  EXPECT_EQ(Json(job, "originalSha256").size(), 64u);
  EXPECT_EQ(Get(Json(job, "maskUrl").substr(std::string("http://test:81").size())).body, "mask of clean masked");
  EXPECT_EQ(Get("/api/v1/files/" + id + "/a-0-original.jpg").body, "clean masked");
}

TEST_F(Api, ListsAndDeletesJobs) {
  const std::string first = MakeJob({{}});
  clock_.Advance(std::chrono::seconds(1));
  const std::string second = MakeJob({{}});
  const RawAnswer page = Get("/api/v1/jobs?limit=1");
  EXPECT_EQ(Json(page, "id"), second);
  const RawAnswer rest = Get("/api/v1/jobs?limit=1&cursor=" + Json(page, "nextCursor"));
  EXPECT_EQ(Json(rest, "id"), first);
  EXPECT_EQ(Json(rest, "nextCursor"), "null");
  const std::string id(24, 'a');
  for (const std::string& bad : std::initializer_list<std::string>{"x", "1", "1-", "1-x", "1x-" + id, "-" + id,
                                                                   "1-" + id + "a", "1-%FF" + id.substr(1)}) {
    EXPECT_EQ(Get("/api/v1/jobs?cursor=" + bad).status, 400) << bad;
  }
  EXPECT_EQ(Json(Get("/api/v1/jobs?cursor=1-" + id), "nextCursor"), "null");
  EXPECT_EQ(Get("/api/v1/jobs?limit=0").status, 400);
  EXPECT_EQ(Exchange(Head("DELETE /api/v1/jobs/" + first), false).status, 204);
  EXPECT_EQ(Exchange(Head("DELETE /api/v1/jobs/" + first)).status, 404);
  EXPECT_EQ(Get("/api/v1/jobs/" + first).status, 404);
  EXPECT_EQ(Get("/api/v1/files/" + first + "/a-0-clean.png").status, 404);
  EXPECT_EQ(CountFiles(), 2) << "the other job's";
}

TEST_F(Api, ShowsTheLedgerByPages) {
  const std::string id = MakeJob({{}, {"b.png", "nothing"}});
  const RawAnswer newest = Get("/api/v1/account/ledger?limit=1");
  EXPECT_EQ(Json(newest, "reason"), "refund");
  EXPECT_EQ(Json(newest, "amount"), "1");
  EXPECT_EQ(Json(newest, "jobId"), id);
  EXPECT_EQ(Json(newest, "imageIndex"), "1");
  const RawAnswer older = Get("/api/v1/account/ledger?limit=2&cursor=" + Json(newest, "nextCursor"));
  EXPECT_EQ(Json(older, "reason"), "charge");
  EXPECT_EQ(Json(older, "amount"), "-2");
  EXPECT_EQ(Json(older, "imageIndex"), "null");
  EXPECT_THAT(older.body, HasSubstr("\"grant\""));
  EXPECT_EQ(Json(older, "nextCursor"), "null");
  for (const char* bad : {"x", "-1", "1.5", "1234567890123456789"}) {
    EXPECT_EQ(Get("/api/v1/account/ledger?cursor=" + std::string(bad)).status, 400) << bad;
  }
}

TEST_F(Api, PacksAJobsResults) {
  const std::string id = MakeJob({{}, {"b.png", "broken"}, {"c.png", "nothing"}});
  const RawAnswer zip = Get("/api/v1/jobs/" + id + "/archive");
  EXPECT_EQ(zip.status, 200);
  EXPECT_EQ(zip.Field("Content-Type"), "application/zip");
  EXPECT_EQ(zip.Field("Content-Length"), std::to_string(zip.body.size()));
  EXPECT_THAT(zip.body, HasSubstr("a-0-clean.pngresult of clean"));
  EXPECT_THAT(zip.body, HasSubstr("c-2-clean.pngresult of nothing"));
  const std::string unfinished = Json(Post(Form({{}})), "jobId");
  EXPECT_EQ(Get("/api/v1/jobs/" + unfinished + "/archive").status, 409);
}

TEST_F(Api, WaitsWhereThatIsPreferred) {
  std::thread worker([&] { EXPECT_TRUE(BecomesTrue([&] { return Count("images") > 0 && (WorkAll(), true); })); });
  const RawAnswer done = Post(Form({{}}), "Prefer: respond-async, wait=20\r\n");
  worker.join();
  EXPECT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.Field("Preference-Applied"), "wait=20");
  EXPECT_EQ(Json(done, "status"), "done");
  EXPECT_NE(done.Field("Location"), "");
}

}  // namespace
}  // namespace removr::api
