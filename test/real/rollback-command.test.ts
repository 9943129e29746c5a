import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { healthy, shipped, trafficProject, withLive } from "./traffic-project.ts";

const project = trafficProject();
const { run, script, writes, stackFile, withAws, objects, callers, switched } = project;

describe("npm run switch -- --rollback", () => {
  it("rolls back with one write, and a second time not at all", async () => {
    await withAws(healthy, async (aws) => {
      expect((await switched(aws)).code).toBe(0);
      rmSync(`${project.state}.writes`);
      const first = await script({}, "switch", "dev", "chat", "--rollback");
      expect(first.stderr).toContain("can't be asked");
      const { stdout, stderr, code } = await script(aws, "switch", "dev", "chat", "--rollback");
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("callers of chat get live blue; Pulumi.dev.yaml has live blue");
      expect([writes(), callers(), stackFile()]).toEqual([["update chat-live"], "blue", shipped]);
      const again = await script(aws, "switch", "dev", "chat", "--rollback");
      expect([again.code, again.stdout]).toEqual([0, expect.stringContaining("nothing to roll back")]);
      expect(writes()).toEqual(["update chat-live"]);
    });
  });

  it("rolls back by the stack's history where this machine has no journal", async () => {
    await withAws(healthy, async (aws) => {
      expect((await switched(aws)).code).toBe(0);
      rmSync(join(project.folder, ".gantry"), { recursive: true });
      expect((await script(aws, "switch", "dev", "chat", "--rollback")).code).toBe(0);
      expect([callers(), stackFile()]).toEqual(["blue", shipped]);
    });
  });

  it("rolls nothing back where no switch is on record, and where the stack was deployed by hand", async () => {
    await withAws(healthy, async (aws) => {
      for (const live of ["blue", "green"]) {
        writeFileSync(join(project.folder, "Pulumi.dev.yaml"), withLive(live));
        await run({}, "pulumi", "up", "--stack", "dev");
        const { stdout, code } = await script(aws, "switch", "dev", "chat", "--rollback");
        expect([code, stdout, callers()]).toEqual([0, expect.stringContaining("nothing to roll back"), live]);
      }
      expect((await script(aws, "switch", "dev", "chat", "blue", "--rollback")).code).toBe(0);
      expect(callers()).toBe("blue");
    });
  });

  it("leaves what is pending elsewhere in the file alone when it rolls back", async () => {
    const pending = (file: string) => file.replace("monthlyUsd: 4000", "monthlyUsd: 5000");
    await withAws(healthy, async (aws) => {
      expect((await switched(aws)).code).toBe(0);
      writeFileSync(join(project.folder, "Pulumi.dev.yaml"), pending(withLive("green")));
      expect((await script(aws, "switch", "dev", "chat", "--rollback")).code).toBe(0);
      expect([callers(), stackFile()]).toEqual(["blue", pending(shipped)]);
    });
  });

  it.each([1, 2, 3])("killed at moment %i, its rollback ends on the slot before", async (moment) => {
    await withAws(healthy, async (aws) => {
      expect((await switched({ ...aws, STAND_IN_KILL: String(moment) })).code).toBe(null);
      const stopped = await script(aws, "switch", "dev", "chat", "--rollback");
      expect(stopped.stderr).toContain("start again with --yes to drop it, or run pulumi cancel --stack dev");
      const { code, stdout } = await script(aws, "switch", "dev", "chat", "--rollback", "--yes");
      expect([code, callers(), stackFile()], stdout).toEqual([0, "blue", shipped]);
      expect(JSON.parse(readFileSync(project.state, "utf8")).pending).toEqual([]);
      expect(existsSync(`${project.state}.lock`)).toBe(false);
      expect((await script(aws, "drift", "dev")).code).toBe(0);
    });
  });

  it("whose rollback is killed is rolled back all the same", async () => {
    await withAws(healthy, async (aws) => {
      for (const moment of ["1", "2", "3"]) {
        expect((await switched(aws)).code).toBe(0);
        const kill = { ...aws, STAND_IN_KILL: moment };
        expect((await script(kill, "switch", "dev", "chat", "--rollback")).code).toBe(null);
        expect((await script(aws, "switch", "dev", "chat", "--rollback", "--yes")).code).toBe(0);
        expect([callers(), stackFile()]).toEqual(["blue", shipped]);
      }
    });
  });

  it("rolls back while the stack's file can't be parsed, and says what to correct", async () => {
    await withAws(healthy, async (aws) => {
      expect((await switched(aws)).code).toBe(0);
      rmSync(`${project.state}.writes`);
      const broken = `${withLive("green")}  half: [an edit`;
      writeFileSync(join(project.folder, "Pulumi.dev.yaml"), broken);
      const { code, stderr } = await script(aws, "switch", "dev", "chat", "--rollback");
      const rolledBack = ["blue", broken, ["update chat-live"]];
      expect([code, callers(), stackFile(), writes()], stderr).toEqual([1, ...rolledBack]);
      expect(stderr).toContain("chat was rolled back, and Pulumi.dev.yaml can't be read");
      expect(stderr).toContain("set the traffic of chat to live blue");
      const again = await script(aws, "switch", "dev", "chat", "--rollback");
      expect(again.stdout).toMatch(/nothing to roll back.*live blue; Pulumi.dev.yaml can't be read/);
      expect([again.code, callers(), stackFile(), writes()]).toEqual([0, ...rolledBack]);
    });
  });

  it("names the commands that roll back where neither the file nor its history can be deployed", async () => {
    await withAws(healthy, async (aws) => {
      expect((await switched(aws)).code).toBe(0);
      rmSync(`${project.state}.history`);
      rmSync(join(project.folder, "Pulumi.dev.yaml"));
      const { code, stderr } = await script(aws, "switch", "dev", "chat", "blue", "--rollback");
      expect([code, callers()]).toEqual([1, "green"]);
      const [, rule = "", actions = ""] =
        /^aws elbv2 modify-rule --rule-arn (\S+) --actions '(.*)'$/m.exec(stderr) ?? [];
      expect(objects()).toHaveProperty([rule]);
      expect(JSON.parse(actions)[0].ForwardConfig.TargetGroups).toEqual([
        { TargetGroupArn: expect.stringContaining("/chat-blue/"), Weight: 100 },
        { TargetGroupArn: expect.stringContaining("/chat-green/"), Weight: 0 },
      ]);
    });
  });
});
